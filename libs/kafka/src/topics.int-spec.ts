import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { RecordPublisher } from './record-publisher.js';
import { eventually } from './testing/eventually.js';
import { uniqueKafkaName, ZombieProducer } from './testing/index.js';
import { testKafka } from './testing/test-brokers.js';
import { TopicFollower } from './topic-follower.js';

jest.setTimeout(60_000);

const kafka = testKafka();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('Topics', () => {
  test('creates what is missing, twice and at the same time', async () => {
    const topic = uniqueKafkaName('ensure');
    const spec = { topic, partitions: 2, kind: 'data' } as const;
    await Promise.all([kafka.topics.ensureTopics([spec]), kafka.topics.ensureTopics([spec])]);
    const other = uniqueKafkaName('ensure');
    await kafka.topics.ensureTopics([spec, { topic: other, partitions: 1, kind: 'compacted' }]);
    expect((await kafka.topics.watermarks(topic)).size).toBe(2);
    expect(await kafka.topics.topicExists(other)).toBe(true);
  });

  test('every partition of what it created is served at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const topics = Array.from({ length: 6 }, () => uniqueKafkaName('served'));
      await kafka.topics.ensureTopics(
        topics.map((topic) => ({ topic, partitions: 4, kind: 'compacted' })),
      );
      // Asks once: what is not served yet is refused.
      const asked = await Promise.all(topics.map((topic) => kafka.topics.watermarks(topic)));
      expect(asked.map(({ size }) => size)).toEqual(topics.map(() => 4));
    }
  });

  test('deletes topics and groups, missing ones at once', async () => {
    const topic = uniqueKafkaName('delete');
    await kafka.topics.ensureTopics([{ topic, partitions: 1, kind: 'data' }]);
    const from = performance.now();
    await kafka.topics.deleteTopics([topic, uniqueKafkaName('never')]);
    await kafka.topics.deleteTopics([topic]);
    await kafka.topics.deleteGroups([uniqueKafkaName('never')]);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(await kafka.topics.topicExists(topic)).toBe(false);
    await expect(kafka.topics.watermarks(topic)).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
    });
  });

  test('frees records, and again is fine', async () => {
    const topic = uniqueKafkaName('free');
    await kafka.topics.ensureTopics([{ topic, partitions: 2, kind: 'data' }]);
    const publisher = new RecordPublisher(kafka);
    closing.push(() => publisher.close());
    const values = ['a', 'b', 'c'];
    await publisher.publish(
      topic,
      values.map((value) => ({ key: value, value, partition: 1 })),
    );
    await kafka.topics.deleteRecords(topic, new Map([[1, 2n]]));
    await kafka.topics.deleteRecords(topic, new Map([[1, 1n]]));
    const held = await kafka.topics.watermarks(topic);
    expect(held.get(0)).toEqual({ low: 0n, high: 0n });
    expect(held.get(1)).toEqual({ low: 2n, high: 3n });
  });

  test('an open transaction is not readable, and the high watermark says so', async () => {
    const topic = uniqueKafkaName('open');
    await kafka.topics.ensureTopics([{ topic, partitions: 1, kind: 'data' }]);
    const writer = await ZombieProducer.open(kafka, `${topic}.writer`);
    closing.push(() => writer.vanish());
    await writer.write([{ topic, partition: 0, value: 'a' }]);
    await writer.commit();
    await writer.write([{ topic, partition: 0, value: 'b' }]);
    await eventually(async () => {
      expect((await kafka.topics.watermarks(topic)).get(0)).toEqual({ low: 0n, high: 2n });
    });
    await writer.abort();
    await eventually(async () => {
      expect((await kafka.topics.watermarks(topic)).get(0)).toEqual({ low: 0n, high: 4n });
    });
  });

  test.each([-3, 3])(
    'takes records of a producer whose clock is off by %i hours',
    async (hours) => {
      const topic = uniqueKafkaName('clock');
      await kafka.topics.ensureTopics([{ topic, partitions: 1, kind: 'data' }]);
      const publisher = new RecordPublisher(kafka);
      closing.push(() => publisher.close());
      const right = Date.now();
      const wrong = jest.spyOn(Date, 'now').mockReturnValue(right + hours * 3_600_000);
      await publisher
        .publish(topic, [{ key: 'a', value: 'a', partition: 0 }])
        .finally(() => wrong.mockRestore());
      expect(Math.abs((publisher.brokerNow() ?? 0) - right)).toBeLessThan(60_000);
      const minute = 60_000;
      const since = (at: number) => kafka.topics.offsetsAt(topic, at);
      expect(await since(right - minute)).toEqual(new Map([[0, 0n]]));
      expect(await since(right + minute)).toEqual(new Map([[0, 1n]]));
    },
  );

  test('an unknown group is dead and has no members', async () => {
    const groupId = uniqueKafkaName('group');
    expect(await kafka.topics.describeGroup(groupId)).toEqual({
      groupId,
      state: 'Dead',
      members: [],
    });
  });
});

describe('RecordPublisher', () => {
  test('goes on after a topic it knew was deleted', async () => {
    const [doomed, kept] = [uniqueKafkaName('doomed'), uniqueKafkaName('kept')];
    await kafka.topics.ensureTopics(
      [doomed, kept].map((topic) => ({ topic, partitions: 1, kind: 'compacted' })),
    );
    const publisher = new RecordPublisher(kafka);
    closing.push(() => publisher.close());
    for (const topic of [doomed, kept]) await publisher.publish(topic, [{ key: 'k', value: '1' }]);
    await kafka.topics.deleteTopics([doomed]);
    await publisher.publish(doomed, [{ key: 'k', value: '2' }]).catch(() => undefined);
    await publisher.publish(kept, [{ key: 'k', value: '2' }]);
    expect((await kafka.topics.watermarks(kept)).get(0)?.high).toBe(2n);
  });
});

describe('TopicFollower', () => {
  test('hands out everything there was, then what comes, tombstones too', async () => {
    const topic = uniqueKafkaName('follow');
    await kafka.topics.ensureTopics([{ topic, partitions: 3, kind: 'compacted' }]);
    const publisher = new RecordPublisher(kafka);
    closing.push(() => publisher.close());
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    await publisher.publish(
      topic,
      keys.map((key) => ({ key, value: '1' })),
    );
    const state = new Map<string, string>();
    const changed = new Map<string, () => void>();
    let refusals = 2;
    const follower = new TopicFollower({
      kafka,
      topic,
      onRecord: (record) => {
        const key = String(record.key);
        if (key === 'late' && refusals > 0) {
          refusals -= 1;
          throw Object.assign(new Error('passing'), { name: 'KafkaJSConnectionError' });
        }
        if (record.value === null) state.delete(key);
        else state.set(key, String(record.value));
        changed.get(key)?.();
      },
      onCrash: (error) => state.set('crash', error.code),
    });
    closing.push(() => follower.stop());
    await follower.start();
    expect([...state.keys()].sort()).toEqual([...keys].sort());

    const gone = new Promise<void>((resolve) => changed.set('k7', resolve));
    const late = new Promise<void>((resolve) => changed.set('late', resolve));
    await publisher.publish(topic, [
      { key: 'k7', value: null },
      { key: 'late', value: '1' },
    ]);
    await Promise.all([gone, late]);
    expect(state.has('k7')).toBe(false);
    expect(refusals).toBe(0);
    expect(state.has('crash')).toBe(false);
  });
});
