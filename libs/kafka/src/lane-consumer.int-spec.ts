import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { FencedProducer } from './fenced-producer.js';
import type { Lane } from './lane.js';
import { LaneConsumer, type LaneConsumerOptions } from './lane-consumer.js';
import type { LaneBatch } from './partition-feed.js';
import { readTopic, uniqueKafkaName, ZombieProducer } from './testing/index.js';
import { eventually } from './testing/eventually.js';
import { API_KEYS, KafkaProxy } from './testing/kafka-proxy.js';
import { testBrokers, testKafka } from './testing/test-brokers.js';

jest.setTimeout(60_000);

const kafka = testKafka();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Seen {
  readonly lane: number;
  readonly offset: bigint;
  readonly value: string;
}

/** A stage that writes what it reads, checkpointing after every batch. */
class Stage {
  readonly seen: Seen[] = [];
  readonly recoveries: { lane: number; checkpoint: string | undefined }[] = [];
  readonly released: number[] = [];
  readonly halted: { lane: number; error: DeliveryError }[] = [];
  readonly crashed: DeliveryError[] = [];
  readonly open = new Map<number, Lane>();
  readonly consumer: LaneConsumer;
  /** Called before each batch is committed. */
  onBatch: (lane: Lane, batch: LaneBatch) => Promise<void> = () => Promise.resolve();
  checkpoints = true;

  constructor(
    readonly names: Names,
    settings: Partial<Pick<LaneConsumerOptions, 'bufferBytesMax' | 'fetch' | 'kafka'>> = {},
  ) {
    this.consumer = new LaneConsumer({
      kafka,
      ...settings,
      groupId: names.group,
      lanesTopic: names.lanes,
      inputTopics: [names.base, names.rows],
      transactionalId: names.transactionalId,
      processor: {
        recovered: (lane, checkpoint) => {
          this.open.set(lane.index, lane);
          const text = checkpoint?.toString('utf8');
          this.recoveries.push({ lane: lane.index, checkpoint: text });
          return Promise.resolve({ topic: names.rows, offset: BigInt(text ?? '0') });
        },
        process: (lane, batch) => this.process(lane, batch),
        released: (lane) => {
          this.released.push(lane.index);
        },
      },
      onHalted: (lane, error) => this.halted.push({ lane, error }),
      onCrash: (error) => this.crashed.push(error),
    });
    closing.push(() => this.consumer.stop());
  }

  private async process(lane: Lane, batch: LaneBatch): Promise<void> {
    await this.onBatch(lane, batch);
    for (const record of batch.records) {
      const value = record.value?.toString('utf8') ?? '';
      this.seen.push({ lane: lane.index, offset: record.offset, value });
    }
    if (!this.checkpoints) return;
    const next = batch.nextOffset;
    await lane.commit({
      messages: [
        {
          topic: this.names.files,
          messages: batch.records.map(({ value }) => ({ partition: lane.index, value })),
        },
        {
          topic: this.names.lanes,
          messages: [{ partition: lane.index, key: 'checkpoint', value: String(next) }],
        },
      ],
      consumed: { topic: batch.topic, offset: next },
    });
  }
}

interface Names {
  readonly group: string;
  readonly lanes: string;
  readonly base: string;
  readonly rows: string;
  readonly files: string;
  readonly transactionalId: (lane: number) => string;
}

async function createTask(partitions = 3): Promise<Names> {
  const scope = uniqueKafkaName('task');
  const names: Names = {
    group: `${scope}.encoder`,
    lanes: `${scope}.lanes`,
    base: `${scope}.base`,
    rows: `${scope}.rows`,
    files: `${scope}.files`,
    transactionalId: (lane) => `${scope}.lane.${lane}`,
  };
  await kafka.topics.ensureTopics([
    { topic: names.lanes, partitions, kind: 'compacted' },
    { topic: names.base, partitions, kind: 'data' },
    { topic: names.rows, partitions, kind: 'data' },
    { topic: names.files, partitions, kind: 'data' },
  ]);
  return names;
}

async function openSource(names: Names): Promise<FencedProducer> {
  const topic = `${names.group}.source`;
  await kafka.topics.ensureTopics([{ topic, partitions: 1, kind: 'compacted' }]);
  const producer = await FencedProducer.open({
    kafka,
    transactionalId: `${names.group}.source`,
    checkpoint: { topic, partition: 0 },
    onCheckpoint: () => undefined,
    stillOwner: () => true,
  });
  closing.push(() => producer.close());
  return producer;
}

async function writeRows(
  source: FencedProducer,
  names: Names,
  values: readonly string[],
  partitions: readonly number[] = [0, 1, 2],
): Promise<void> {
  await source.commit({
    messages: [
      {
        topic: names.rows,
        messages: partitions.flatMap((partition) => values.map((value) => ({ partition, value }))),
      },
    ],
  });
}

const valuesOf = (stage: Stage, lane: number) =>
  stage.seen.filter((each) => each.lane === lane).map((each) => each.value);

describe('lanes', () => {
  test('reads committed rows of every lane and starts again from the checkpoint', async () => {
    const names = await createTask();
    const source = await openSource(names);
    await writeRows(source, names, ['a', 'b', 'c']);
    const first = new Stage(names);
    await first.consumer.start();
    await eventually(() => expect(first.seen).toHaveLength(9));
    expect(valuesOf(first, 1)).toEqual(['a', 'b', 'c']);
    await first.consumer.stop();
    expect(first.released.sort()).toEqual([0, 1, 2]);

    await writeRows(source, names, ['d']);
    const second = new Stage(names);
    await second.consumer.start();
    await eventually(() => expect(second.seen).toHaveLength(3));
    expect(second.seen.map((each) => each.value)).toEqual(['d', 'd', 'd']);
    expect(second.recoveries).toHaveLength(3);
    expect(first.crashed).toEqual([]);
    expect(second.crashed).toEqual([]);
  });

  test('a lane that stayed reads nothing twice, a lane that moved starts from its checkpoint', async () => {
    const names = await createTask();
    const source = await openSource(names);
    await writeRows(source, names, ['a', 'b']);
    const first = new Stage(names);
    first.checkpoints = false;
    await first.consumer.start();
    await eventually(() => expect(first.seen).toHaveLength(6));

    const second = new Stage(names);
    await second.consumer.start();
    await eventually(() => {
      expect(first.consumer.lanes.length + second.consumer.lanes.length).toBe(3);
      expect(second.consumer.lanes.length).toBeGreaterThan(0);
    });
    const moved = second.consumer.lanes;
    const stayed = first.consumer.lanes;
    await writeRows(source, names, ['c']);
    await eventually(() => {
      for (const lane of stayed) expect(valuesOf(first, lane)).toEqual(['a', 'b', 'c']);
      for (const lane of moved) expect(valuesOf(second, lane)).toEqual(['a', 'b', 'c']);
    });
    for (const lane of moved) expect(valuesOf(first, lane)).toEqual(['a', 'b']);
    expect(first.recoveries).toHaveLength(3);
    expect(first.released.sort()).toEqual([...moved]);

    await second.consumer.stop();
    await eventually(() => expect(first.consumer.lanes).toEqual([0, 1, 2]));
    await writeRows(source, names, ['d']);
    await eventually(() => {
      for (const lane of stayed) expect(valuesOf(first, lane)).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  test('two members share the lanes of many tasks, whichever the lane number', async () => {
    const tasks = await Promise.all(Array.from({ length: 4 }, () => createTask(4)));
    const stages = tasks.map((names) => [new Stage(names), new Stage(names)] as const);
    await Promise.all(stages.flat().map((stage) => stage.consumer.start()));
    await eventually(() => {
      for (const [one, other] of stages) {
        expect([one.consumer.lanes.length, other.consumer.lanes.length]).toEqual([2, 2]);
        const all = [...one.consumer.lanes, ...other.consumer.lanes].sort();
        expect(all).toEqual([0, 1, 2, 3]);
      }
    });
  });

  test('a failing lane recovers alone', async () => {
    const names = await createTask();
    const source = await openSource(names);
    const stage = new Stage(names);
    let failures = 0;
    stage.onBatch = (lane) => {
      if (lane.index !== 1 || failures >= 2) return Promise.resolve();
      failures += 1;
      return Promise.reject(new DeliveryError('KAFKA_UNAVAILABLE', 'for the test'));
    };
    await stage.consumer.start();
    await writeRows(source, names, ['a', 'b']);
    await eventually(() => {
      for (const lane of [0, 1, 2]) expect(valuesOf(stage, lane)).toEqual(['a', 'b']);
    });
    expect(failures).toBe(2);
    const recovered = stage.recoveries.map((each) => each.lane).sort();
    expect(recovered).toEqual([0, 1, 1, 1, 2]);
    expect(stage.released).toEqual([1, 1]);
  });

  test("a predecessor's open transaction is refused once the lane is recovered", async () => {
    const names = await createTask();
    const zombie = await ZombieProducer.open(kafka, names.transactionalId(1));
    closing.push(() => zombie.vanish());
    const source = await openSource(names);
    await writeRows(source, names, ['a', 'b', 'c']);
    await zombie.write([{ topic: names.lanes, partition: 1, key: 'checkpoint', value: '1' }]);
    await zombie.commit();
    await zombie.write([
      { topic: names.files, partition: 1, value: 'torn' },
      { topic: names.lanes, partition: 1, key: 'checkpoint', value: '3' },
    ]);
    const stage = new Stage(names);
    await stage.consumer.start();
    await eventually(() => expect(stage.seen).toHaveLength(8));
    expect(stage.recoveries.find((each) => each.lane === 1)?.checkpoint).toBe('1');
    expect(valuesOf(stage, 1)).toEqual(['b', 'c']);
    await expect(zombie.commit()).rejects.toThrow();
  });

  test('a lane that was fenced while it owns the lane takes it back', async () => {
    const names = await createTask();
    const source = await openSource(names);
    const stage = new Stage(names);
    await stage.consumer.start();
    await eventually(() => expect(stage.recoveries).toHaveLength(3));
    const { producer } = await FencedProducer.fence({
      kafka,
      transactionalId: names.transactionalId(2),
      checkpoint: { topic: names.lanes, partition: 2 },
    });
    closing.push(() => producer.close());
    await writeRows(source, names, ['a', 'b']);
    await eventually(() => expect(stage.recoveries).toHaveLength(4));
    const committed = await readTopic(kafka, names.files, (seen) => seen.length >= 6);
    const ofLane = committed
      .filter((each) => each.partition === 2)
      .map((each) => String(each.value));
    expect(ofLane).toEqual(['a', 'b']);
    expect(stage.crashed).toEqual([]);
  });

  test('switches the input, and refuses everything on a lane that is over', async () => {
    const names = await createTask(1);
    const source = await openSource(names);
    await source.commit({
      messages: [{ topic: names.base, messages: [{ partition: 0, value: 'base' }] }],
    });
    await writeRows(source, names, ['row'], [0]);
    const stage = new Stage(names);
    stage.checkpoints = false;
    await stage.consumer.start();
    await eventually(() => expect(valuesOf(stage, 0)).toEqual(['row']));
    const lane = stage.open.get(0);
    await lane?.switchInput({ topic: names.base, offset: 0n });
    await eventually(() => expect(valuesOf(stage, 0)).toEqual(['row', 'base']));
    await stage.consumer.stop();
    expect(lane?.isOver).toBe(true);
    await expect(lane?.commit({ messages: [] })).rejects.toMatchObject({ code: 'KAFKA_FENCED' });
    await expect(lane?.switchInput({ topic: names.rows, offset: 0n })).rejects.toMatchObject({
      code: 'KAFKA_FENCED',
    });
  });

  test('aborted rows are never handed out, and do not look like lost ones', async () => {
    const names = await createTask(1);
    const writer = await ZombieProducer.open(kafka, `${names.group}.zombie`);
    closing.push(() => writer.vanish());
    const stage = new Stage(names);
    await stage.consumer.start();
    for (const value of ['a1', 'c1', 'a2', 'a3', 'c2', 'a4', 'c3']) {
      await writer.write([{ topic: names.rows, partition: 0, value }]);
      await (value.startsWith('a') ? writer.abort() : writer.commit());
    }
    await eventually(() => expect(valuesOf(stage, 0)).toEqual(['c1', 'c2', 'c3']));
    expect(stage.halted).toEqual([]);
    expect(stage.recoveries).toHaveLength(1);
  });
});

describe('trouble', () => {
  test('a step whose answer is lost is neither lost nor repeated', async () => {
    const names = await createTask(1);
    const source = await openSource(names);
    const proxy = await KafkaProxy.open(testBrokers()[0] ?? '');
    closing.push(() => proxy.close());
    const stage = new Stage(names, { kafka: testKafka([proxy.address]) });
    await stage.consumer.start();
    const values: string[] = [];
    for (const value of ['a', 'b', 'c', 'd']) {
      if (value === 'b' || value === 'd') proxy.loseNextAnswerTo(API_KEYS.endTxn);
      await writeRows(source, names, [value], [0]);
      values.push(value);
      const written = await readTopic(kafka, names.files, (seen) => seen.length >= values.length);
      expect(written.map((record) => String(record.value))).toEqual(values);
      await eventually(() => expect(stage.recoveries.length).toBe(1 + proxy.lost));
    }
    expect(proxy.lost).toBe(2);
    expect([...stage.halted, ...stage.crashed]).toEqual([]);
  });

  test('a step that is late for a lane that moved is refused, and its rows are written once', async () => {
    const names = await createTask();
    const source = await openSource(names);
    const gate = Promise.withResolvers<void>();
    const first = new Stage(names);
    let held = 0;
    first.onBatch = () => {
      held += 1;
      return gate.promise;
    };
    await first.consumer.start();
    await writeRows(source, names, ['a', 'b']);
    await eventually(() => expect(held).toBe(3));
    const second = new Stage(names);
    await second.consumer.start();
    const moved = await eventually(() => {
      expect(second.seen.length).toBeGreaterThan(0);
      expect(second.seen).toHaveLength(second.consumer.lanes.length * 2);
      return second.consumer.lanes;
    });
    gate.resolve();
    await eventually(() => expect(first.released.sort()).toEqual([...moved]));
    await writeRows(source, names, ['c']);
    const written = await readTopic(kafka, names.files, (seen) => seen.length >= 9);
    for (const lane of [0, 1, 2]) {
      const values = written
        .filter((each) => each.partition === lane)
        .map((each) => String(each.value));
      expect(values).toEqual(['a', 'b', 'c']);
    }
    expect([...first.crashed, ...second.crashed, ...first.halted, ...second.halted]).toEqual([]);
  });

  test('stops in good time when its topics are gone', async () => {
    const names = await createTask(2);
    const stage = new Stage(names);
    await stage.consumer.start();
    await eventually(() => expect(stage.recoveries).toHaveLength(2));
    await kafka.topics.deleteTopics([names.lanes, names.base, names.rows, names.files]);
    const from = performance.now();
    await stage.consumer.stop();
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(stage.crashed).toEqual([]);
    await kafka.topics.deleteGroups([names.group]);
  });
});

describe('records that are gone', () => {
  test('a checkpoint below the start of the log halts the lane, and only this one', async () => {
    const names = await createTask();
    const source = await openSource(names);
    await writeRows(source, names, ['a', 'b', 'c']);
    await kafka.topics.deleteRecords(names.rows, new Map([[1, 2n]]));
    const stage = new Stage(names);
    await stage.consumer.start();
    await eventually(() => expect(stage.halted).toHaveLength(1));
    expect(stage.halted[0]).toMatchObject({
      lane: 1,
      error: { code: 'KAFKA_OFFSET_OUT_OF_RANGE' },
    });
    await writeRows(source, names, ['d']);
    await eventually(() => expect(valuesOf(stage, 2)).toEqual(['a', 'b', 'c', 'd']));
    expect(valuesOf(stage, 1)).toEqual([]);
  });

  test('records deleted in front of a running lane halt it, and none behind them is read', async () => {
    const names = await createTask(1);
    const source = await openSource(names);
    // One record per fetch, one at work, one in the buffer, one offered: 'e' waits in the topic.
    const stage = new Stage(names, { bufferBytesMax: 1, fetch: { partitionBytesMax: 1 } });
    const gate = Promise.withResolvers<void>();
    let held = 0;
    stage.onBatch = () => {
      held += 1;
      return gate.promise;
    };
    for (const value of ['a', 'b', 'c', 'e']) await writeRows(source, names, [value], [0]);
    await stage.consumer.start();
    await eventually(() => expect(held).toBe(1));
    await kafka.topics.deleteRecords(names.rows, new Map([[0, 8n]]));
    gate.resolve();
    await writeRows(source, names, ['f'], [0]);
    await eventually(() => expect(stage.halted).toHaveLength(1));
    expect(stage.halted[0]?.error.code).toBe('KAFKA_OFFSET_OUT_OF_RANGE');
    const read = valuesOf(stage, 0);
    expect(['a', 'b', 'c'].slice(0, read.length)).toEqual(read);

    stage.consumer.resume(0);
    await eventually(() => expect(stage.halted).toHaveLength(2));
    expect(valuesOf(stage, 0)).toEqual(read);
  });

  test('an input position that was deleted is refused by switchInput', async () => {
    const names = await createTask(1);
    const source = await openSource(names);
    await writeRows(source, names, ['a', 'b'], [0]);
    const stage = new Stage(names);
    await stage.consumer.start();
    await eventually(() => expect(valuesOf(stage, 0)).toEqual(['a', 'b']));
    await kafka.topics.deleteRecords(names.rows, new Map([[0, 1n]]));
    const lane = stage.open.get(0);
    for (const offset of [0n, 100n]) {
      const attempt = lane?.switchInput({ topic: names.rows, offset });
      await expect(attempt).rejects.toMatchObject({ code: 'KAFKA_OFFSET_OUT_OF_RANGE' });
    }
  });
});
