import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { GroupConsumer, type StartPosition } from './group-consumer.js';
import { RecordPublisher } from './record-publisher.js';
import { eventually } from './testing/eventually.js';
import { uniqueKafkaName } from './testing/index.js';
import { testKafka } from './testing/test-brokers.js';

jest.setTimeout(60_000);

const kafka = testKafka();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function createTopic(kind: 'data' | 'compacted', partitions = 3): Promise<string> {
  const topic = uniqueKafkaName('files');
  await kafka.topics.ensureTopics([{ topic, partitions, kind }]);
  return topic;
}

async function write(topic: string, values: readonly string[], partition: number): Promise<void> {
  const publisher = new RecordPublisher(kafka);
  await publisher.publish(
    topic,
    values.map((value) => ({ key: value, value, partition })),
  );
  await publisher.close();
}

/** A member that remembers its positions outside of Kafka, as the ledger does. */
class Member {
  readonly seen: string[] = [];
  readonly events: string[] = [];
  readonly halted: DeliveryError[] = [];
  readonly consumer: GroupConsumer;
  failOnce: DeliveryError | undefined;

  constructor(
    topic: string,
    groupId: string,
    readonly start: (partition: number) => StartPosition,
    compacted = false,
  ) {
    this.consumer = new GroupConsumer({
      kafka,
      groupId,
      topic,
      compacted,
      processor: {
        assigned: ({ index }) => {
          this.events.push(`assigned ${index}`);
          return this.start(index);
        },
        process: async (partition, batch) => {
          const failure = this.failOnce;
          this.failOnce = undefined;
          if (failure !== undefined) throw failure;
          for (const record of batch.records) {
            this.seen.push(`${partition.index}:${String(record.value)}`);
          }
          await partition.commitOffset(batch.nextOffset);
        },
        released: ({ index }) => {
          this.events.push(`released ${index}`);
        },
      },
      onHalted: (_partition, error) => this.halted.push(error),
      onCrash: (error) => this.halted.push(error),
    });
    closing.push(() => this.consumer.stop());
  }
}

describe('GroupConsumer', () => {
  test('starts where the caller says, whatever the group committed', async () => {
    const topic = await createTopic('data');
    for (const partition of [0, 1]) await write(topic, ['a', 'b', 'c'], partition);
    const groupId = `${topic}.writer`;
    const first = new Member(topic, groupId, () => 'beginning');
    await first.consumer.start();
    await eventually(() => expect(first.seen).toHaveLength(6));
    await first.consumer.stop();
    expect(first.events.filter((event) => event.startsWith('released'))).toHaveLength(3);

    const second = new Member(topic, groupId, (partition) =>
      partition === 0 ? { offset: 1n } : 'nothing',
    );
    await second.consumer.start();
    await write(topic, ['d'], 1);
    await eventually(() => expect(second.seen).toEqual(['0:b', '0:c']));
    expect(second.halted).toEqual([]);
  });

  test('a failing partition starts anew, and halts on what is gone', async () => {
    const topic = await createTopic('data', 2);
    const member = new Member(topic, `${topic}.writer`, () => ({ offset: 0n }));
    member.failOnce = new DeliveryError('OBJECT_STORE_UNAVAILABLE', 'for the test');
    await member.consumer.start();
    await write(topic, ['a'], 1);
    await eventually(() => expect(member.seen).toEqual(['1:a']));
    expect(member.events).toEqual(['assigned 0', 'assigned 1', 'released 1', 'assigned 1']);

    await kafka.topics.deleteRecords(topic, new Map([[1, 1n]]));
    member.failOnce = new DeliveryError('OBJECT_STORE_UNAVAILABLE', 'for the test');
    await write(topic, ['b'], 1);
    await eventually(() => expect(member.halted).toHaveLength(1));
    expect(member.halted[0]?.code).toBe('KAFKA_OFFSET_OUT_OF_RANGE');
    await write(topic, ['c'], 0);
    await eventually(() => expect(member.seen).toEqual(['1:a', '0:c']));
  });

  test('shares partitions out and knows which it owns', async () => {
    const topic = await createTopic('compacted', 4);
    const members = [1, 2].map(() => new Member(topic, `${topic}.group`, () => 'nothing', true));
    for (const member of members) await member.consumer.start();
    await eventually(() =>
      expect(members.map((member) => member.consumer.partitions.length)).toEqual([2, 2]),
    );
    const [one, other] = members;
    const mine = one?.consumer.partitions[0] ?? -1;
    await eventually(async () => {
      expect(await one?.consumer.stillOwner(mine)).toBe(true);
      expect(await other?.consumer.stillOwner(mine)).toBe(false);
    });
    await one?.consumer.stop();
    await eventually(() => expect(other?.consumer.partitions).toEqual([0, 1, 2, 3]));
    expect(await one?.consumer.stillOwner(mine)).toBe(false);
  });

  test('takes in partitions that are added while it runs', async () => {
    const topic = await createTopic('compacted', 1);
    const member = new Member(topic, `${topic}.group`, () => 'beginning', true);
    await member.consumer.start();
    await kafka.topics.ensurePartitions(topic, 3);
    await kafka.topics.ensurePartitions(topic, 2);
    await eventually(() => expect(member.consumer.partitions).toEqual([0, 1, 2]), 25_000);
  });

  test('stays a member when the clock is set back by hours', async () => {
    const topic = await createTopic('data', 1);
    const member = new Member(topic, `${topic}.group`, () => 'beginning');
    await member.consumer.start();
    await eventually(() => expect(member.events).toEqual(['assigned 0']));
    const right = Date.now.bind(Date);
    const wrong = jest.spyOn(Date, 'now').mockImplementation(() => right() - 3 * 3_600_000);
    closing.push(() => Promise.resolve(wrong.mockRestore()));
    const again = ['assigned 0', 'released 0', 'assigned 0'];
    await eventually(() => expect(member.events).toEqual(again), 25_000);
    expect(await member.consumer.stillOwner(0)).toBe(true);
  });
});
