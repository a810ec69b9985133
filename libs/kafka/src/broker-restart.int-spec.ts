import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { DeliveryError } from '@lakeferry/errors';
import { FencedProducer } from './fenced-producer.js';
import { GroupConsumer } from './group-consumer.js';
import type { KafkaConnection } from './kafka-connection.js';
import { LaneConsumer } from './lane-consumer.js';
import { RecordPublisher } from './record-publisher.js';
import { eventually } from './testing/eventually.js';
import { PrivateBroker } from './testing/private-broker.js';
import { testKafka, testKafkaJars } from './testing/test-brokers.js';
import { TopicFollower } from './topic-follower.js';

jest.setTimeout(150_000);
const RECOVERY_MS_MAX = 60_000;

let broker: PrivateBroker | undefined;
let kafka: KafkaConnection;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  broker = await PrivateBroker.start(testKafkaJars());
  kafka = testKafka([broker.address]);
});
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await broker?.dispose();
});

async function openSource(topic: string): Promise<FencedProducer> {
  return FencedProducer.open({
    kafka,
    transactionalId: `${topic}.source`,
    checkpoint: { topic, partition: 0 },
    onCheckpoint: () => undefined,
    stillOwner: () => true,
  });
}

test('followers, lanes and groups outlive a broker that is killed or stopped, and miss and repeat nothing', async () => {
  await kafka.topics.ensureTopics([
    { topic: 'source', partitions: 1, kind: 'compacted' },
    { topic: 'status', partitions: 2, kind: 'compacted' },
    { topic: 'lanes', partitions: 2, kind: 'compacted' },
    { topic: 'rows', partitions: 2, kind: 'data' },
  ]);
  const crashes: DeliveryError[] = [];
  const onCrash = (error: DeliveryError) => crashes.push(error);
  const halts: DeliveryError[] = [];
  const onHalted = (_partition: number, error: DeliveryError) => halts.push(error);

  const followed: string[] = [];
  const follower = new TopicFollower({
    kafka,
    topic: 'status',
    onRecord: ({ value }) => {
      followed.push(String(value));
    },
    onCrash,
  });
  const read: string[] = [];
  const lanes = new LaneConsumer({
    kafka,
    groupId: 'encoder',
    lanesTopic: 'lanes',
    inputTopics: ['rows'],
    transactionalId: (lane) => `lane.${lane}`,
    processor: {
      recovered: (_lane, checkpoint) =>
        Promise.resolve({ topic: 'rows', offset: BigInt(checkpoint?.toString('utf8') ?? '0') }),
      process: async (lane, batch) => {
        const value = String(batch.nextOffset);
        await lane.commit({
          messages: [
            { topic: 'lanes', messages: [{ partition: lane.index, key: 'checkpoint', value }] },
          ],
        });
        for (const record of batch.records) read.push(`${lane.index}:${String(record.value)}`);
      },
      released: () => undefined,
    },
    onHalted,
    onCrash,
  });
  const grouped: string[] = [];
  const next = new Map<number, bigint>();
  const group = new GroupConsumer({
    kafka,
    groupId: 'writer',
    topic: 'rows',
    compacted: false,
    processor: {
      assigned: ({ index }) => {
        const offset = next.get(index);
        return offset === undefined ? 'beginning' : { offset };
      },
      process: (partition, batch) => {
        for (const record of batch.records)
          grouped.push(`${partition.index}:${String(record.value)}`);
        next.set(partition.index, batch.nextOffset);
        return Promise.resolve();
      },
      released: () => undefined,
    },
    onHalted,
    onCrash,
  });
  const publisher = new RecordPublisher(kafka);
  closing.push(
    () => publisher.close(),
    () => follower.stop(),
    () => lanes.stop(),
    () => group.stop(),
  );
  await Promise.all([follower.start(), lanes.start(), group.start()]);

  const expected: string[] = [];
  const write = async (value: string) => {
    await eventually(() => publisher.publish('status', [{ key: value, value }]), RECOVERY_MS_MAX);
    const source = await openSource('source');
    await source.commit({
      messages: [
        {
          topic: 'rows',
          messages: [0, 1].map((partition) => ({ partition, value })),
        },
      ],
    });
    await source.close();
    expected.push(value);
  };
  const settled = () =>
    eventually(() => {
      expect([...new Set(followed)]).toEqual(expected);
      for (const seen of [read, grouped]) {
        for (const lane of [0, 1]) {
          expect(seen.filter((each) => each.startsWith(`${lane}:`))).toEqual(
            expected.map((value) => `${lane}:${value}`),
          );
        }
      }
    }, RECOVERY_MS_MAX);

  await write('before');
  await settled();
  await broker?.kill();
  await broker?.restart();
  await write('after the kill');
  await settled();
  await broker?.shutDown();
  await broker?.restart();
  await write('after the stop');
  await settled();
  expect(crashes).toEqual([]);
  expect(halts).toEqual([]);
});
