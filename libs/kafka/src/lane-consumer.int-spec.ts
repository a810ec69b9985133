import { afterEach, describe, expect, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { FencedProducer } from './fenced-producer.js';
import type { Lane } from './lane.js';
import { LaneConsumer } from './lane-consumer.js';
import type { LaneBatch } from './partition-feed.js';
import { uniqueKafkaName, ZombieProducer } from './testing/index.js';
import { eventually } from './testing/eventually.js';
import { testKafka } from './testing/test-brokers.js';

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

  constructor(readonly names: Names) {
    this.consumer = new LaneConsumer({
      kafka,
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
});
