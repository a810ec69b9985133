import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { FencedProducer } from './fenced-producer.js';
import type { KafkaConnection } from './kafka-connection.js';
import { classifyKafkaError } from './kafka-errors.js';
import { API_KEYS, KafkaProxy } from './testing/kafka-proxy.js';
import { readTopic, uniqueKafkaName, ZombieProducer } from './testing/index.js';
import { testBrokers, testKafka } from './testing/test-brokers.js';
import { TopicFollower } from './topic-follower.js';

jest.setTimeout(60_000);

const kafka = testKafka();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function createCheckpoint(): Promise<{ topic: string; transactionalId: string }> {
  const topic = uniqueKafkaName('checkpoints');
  await kafka.topics.ensureTopics([{ topic, partitions: 2, kind: 'compacted' }]);
  return { topic, transactionalId: `${topic}.producer` };
}

/** Opens a producer on partition 1; `folded` is what the checkpoints say. */
async function open(
  at: { topic: string; transactionalId: string },
  connection: KafkaConnection = kafka,
): Promise<{ producer: FencedProducer; folded: string[] }> {
  const folded: string[] = [];
  const producer = await FencedProducer.open({
    kafka: connection,
    transactionalId: at.transactionalId,
    checkpoint: { topic: at.topic, partition: 1 },
    onCheckpoint: ({ key, value }) => folded.push(`${String(key)}=${String(value)}`),
    stillOwner: () => true,
  });
  closing.push(() => producer.close());
  return { producer, folded };
}

const step = (topic: string, value: string) => ({
  messages: [{ topic, messages: [{ partition: 1, key: 'position', value }] }],
});

describe('fencing', () => {
  test('a zombie that wakes up after its successor fenced is refused', async () => {
    const at = await createCheckpoint();
    const zombie = await ZombieProducer.open(kafka, at.transactionalId);
    closing.push(() => zombie.vanish());
    await zombie.write([{ topic: at.topic, partition: 1, key: 'position', value: '4' }]);
    await zombie.commit();
    await zombie.write([{ topic: at.topic, partition: 1, key: 'position', value: '9' }]);

    const successor = await open(at);
    expect(successor.folded).toEqual(['position=4']);

    const refusal = await zombie.commit().catch((error: unknown) => classifyKafkaError(error));
    expect(refusal).toBe('KAFKA_FENCED');
    await successor.producer.commit(step(at.topic, '5'));
    const { folded } = await open(at);
    expect(folded).toEqual(['position=4', 'position=5']);
  });

  test('a fenced producer is over, and what it queued is refused with it', async () => {
    const at = await createCheckpoint();
    const first = await open(at);
    await open(at);
    const steps = [
      first.producer.commit(step(at.topic, '1')),
      first.producer.commit(step(at.topic, '2')),
    ];
    const outcomes = await Promise.allSettled(steps);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'KAFKA_FENCED' } });
    }
    expect(first.producer.isOver).toBe(true);
  });

  test('who is not the owner any more makes no producer', async () => {
    const at = await createCheckpoint();
    const owner = await open(at);
    const attempt = FencedProducer.open({
      kafka,
      transactionalId: at.transactionalId,
      checkpoint: { topic: at.topic, partition: 1 },
      onCheckpoint: () => undefined,
      stillOwner: () => Promise.resolve(false),
    });
    await expect(attempt).rejects.toMatchObject({ code: 'KAFKA_FENCED' });
    await owner.producer.commit(step(at.topic, '1'));
  });

  test('aborted transactions before, between and after committed ones are never handed out', async () => {
    const at = await createCheckpoint();
    const writer = await ZombieProducer.open(kafka, at.transactionalId);
    closing.push(() => writer.vanish());
    const write = (value: string) =>
      writer.write([{ topic: at.topic, partition: 1, key: `key-${value}`, value }]);
    for (const value of ['a1', 'c1', 'a2', 'a3', 'c2', 'c3', 'a4', 'a5']) {
      await write(value);
      await (value.startsWith('a') ? writer.abort() : writer.commit());
    }
    const { folded } = await open(at);
    expect(folded).toEqual(['key-c1=c1', 'key-c2=c2', 'key-c3=c3']);

    const followed: string[] = [];
    const follower = new TopicFollower({
      kafka,
      topic: at.topic,
      onRecord: (record) => {
        if (String(record.key) !== 'fence') followed.push(String(record.value));
      },
      onCrash: (error) => followed.push(error.code),
    });
    closing.push(() => follower.stop());
    await follower.start();
    expect(followed).toEqual(['c1', 'c2', 'c3']);
  });

  test('a checkpoint partition that ends in nothing but markers is read to its end', async () => {
    const at = await createCheckpoint();
    const writer = await ZombieProducer.open(kafka, at.transactionalId);
    closing.push(() => writer.vanish());
    await writer.write([{ topic: at.topic, partition: 1, key: 'position', value: '7' }]);
    await writer.commit();
    for (let round = 0; round < 20; round += 1) {
      await writer.write([{ topic: at.topic, partition: 1, key: 'position', value: 'never' }]);
      await writer.abort();
    }
    const follower = new TopicFollower({
      kafka,
      topic: at.topic,
      onRecord: () => undefined,
      onCrash: () => undefined,
    });
    closing.push(() => follower.stop());
    await follower.start();
    const { folded } = await open(at);
    expect(folded).toEqual(['position=7']);
  });

  test('a commit whose answer is lost took place, and recovery sees it', async () => {
    const at = await createCheckpoint();
    const proxy = await KafkaProxy.open(testBrokers()[0] ?? '');
    closing.push(() => proxy.close());
    const through = testKafka([proxy.address]);
    const first = await open(at, through);
    await first.producer.commit(step(at.topic, '1'));

    proxy.loseNextAnswerTo(API_KEYS.endTxn);
    const lost = first.producer.commit(step(at.topic, '2'));
    await expect(lost).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
    expect(proxy.lost).toBe(1);
    expect(first.producer.isOver).toBe(true);

    const second = await open(at, through);
    expect(second.folded).toEqual(['position=1', 'position=2']);
    await second.producer.commit(step(at.topic, '3'));
    const { folded } = await open(at);
    expect(folded).toEqual(['position=1', 'position=2', 'position=3']);
  });

  test('a record whose answer is lost is written once', async () => {
    const at = await createCheckpoint();
    const proxy = await KafkaProxy.open(testBrokers()[0] ?? '');
    closing.push(() => proxy.close());
    const first = await open(at, testKafka([proxy.address]));
    proxy.loseNextAnswerTo(API_KEYS.produce);
    const outcome = await first.producer.commit(step(at.topic, '1')).then(
      () => 'committed',
      () => 'failed',
    );
    expect(proxy.lost).toBe(1);
    const { folded } = await open(at);
    expect(folded).toEqual(outcome === 'committed' ? ['position=1'] : []);
  });
});

describe('steps', () => {
  test('eight files of 1 MiB and offsets in one step', async () => {
    const at = await createCheckpoint();
    const files = uniqueKafkaName('files');
    await kafka.topics.ensureTopics([{ topic: files, partitions: 1, kind: 'data' }]);
    const { producer } = await open(at);
    const value = randomBytes(1024 * 1024);
    const messages = Array.from({ length: 8 }, () => ({ partition: 0, key: 'file', value }));
    for (let round = 0; round < 6; round += 1) {
      await producer.commit({
        messages: [
          { topic: files, messages, compression: 'none' },
          ...step(at.topic, String(round)).messages,
        ],
        offsets: {
          groupId: `${files}.group`,
          offsets: [{ topic: files, partition: 0, offset: BigInt(round) }],
        },
      });
    }
    const records = await readTopic(kafka, files, (seen) => seen.length >= 48);
    expect(records.every((record) => record.value?.equals(value))).toBe(true);
  });

  test('a step larger than a record batch may be is cut into several sends, and stays atomic', async () => {
    const at = await createCheckpoint();
    const files = uniqueKafkaName('files');
    await kafka.topics.ensureTopics([{ topic: files, partitions: 1, kind: 'data' }]);
    const { producer } = await open(at);
    const messages = Array.from({ length: 40 }, (_, index) => ({
      partition: 0,
      key: String(index),
      value: randomBytes(1024 * 1024),
    }));
    await producer.commit({ messages: [{ topic: files, messages, compression: 'none' }] });
    const records = await readTopic(kafka, files, (seen) => seen.length >= 40);
    expect(records.map((record) => String(record.key))).toEqual(messages.map(({ key }) => key));
  });

  test('a record above what a topic takes is refused for good', async () => {
    const at = await createCheckpoint();
    const { producer } = await open(at);
    const value = randomBytes(17 * 1024 * 1024);
    const tooLarge = producer.commit({
      messages: [{ topic: at.topic, messages: [{ partition: 1, value }], compression: 'none' }],
    });
    await expect(tooLarge).rejects.toMatchObject({ code: 'KAFKA_REFUSED' });
  });
});
