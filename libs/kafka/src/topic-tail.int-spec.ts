import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { FencedProducer } from './fenced-producer.js';
import type { KafkaConnection } from './kafka-connection.js';
import { testKafka } from './testing/test-brokers.js';
import { uniqueKafkaName } from './testing/test-names.js';
import { readTopicTail } from './topic-tail.js';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
const topic = uniqueKafkaName('tail');
const checkpoints = uniqueKafkaName('tail-lanes');
const producers: FencedProducer[] = [];

beforeAll(async () => {
  kafka = testKafka();
  await kafka.topics.ensureTopics([
    { topic, partitions: 3, kind: 'data' },
    { topic: checkpoints, partitions: 3, kind: 'compacted' },
  ]);
  for (const partition of [0, 1]) {
    producers[partition] = await FencedProducer.open({
      kafka,
      transactionalId: `${topic}.${partition}`,
      checkpoint: { topic: checkpoints, partition },
      onCheckpoint: () => undefined,
      stillOwner: () => true,
    });
  }
});
afterAll(async () => {
  for (const producer of producers) await producer.close();
});

async function write(partition: number, values: readonly string[]): Promise<void> {
  const messages = values.map((value) => ({ partition, key: 'k', value }));
  await producers[partition]?.commit({ messages: [{ topic, messages }] });
}

async function tail(recordsMax: number): Promise<string[]> {
  const records = await readTopicTail({ kafka, topic, recordsMax });
  return records.map(({ partition, value }) => `${partition}:${value?.toString('utf8')}`).sort();
}

test('the newest records of each partition are read behind transaction markers', async () => {
  expect(await tail(3)).toEqual([]);
  // One record per transaction: every second offset is a marker.
  for (let n = 0; n < 40; n += 1) await write(0, [`a${String(n).padStart(2, '0')}`]);
  await write(1, ['b0', 'b1']);
  expect(await tail(3)).toEqual(['0:a37', '0:a38', '0:a39', '1:b0', '1:b1']);
  expect(await tail(100)).toHaveLength(42);
  await kafka.topics.deleteRecords(topic, new Map([[1, 1n]]));
  expect(await tail(3)).toEqual(['0:a37', '0:a38', '0:a39', '1:b1']);
});

test('a topic that is not there is an error, not an empty answer', async () => {
  await expect(
    readTopicTail({ kafka, topic: uniqueKafkaName('none'), recordsMax: 1 }),
  ).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
});
