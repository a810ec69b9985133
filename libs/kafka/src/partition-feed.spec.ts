import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import type { FetchedBatch } from './group-session.js';
import { PartitionFeed, type FetchControl } from './partition-feed.js';

/** Notes what the consumer is told. */
class NotedControl implements FetchControl {
  readonly notes: string[] = [];
  seek(topic: string, _partition: number, offset: bigint): void {
    this.notes.push(`seek ${topic} ${offset}`);
  }
  pause(topic: string): void {
    this.notes.push(`pause ${topic}`);
  }
  resume(topic: string): void {
    this.notes.push(`resume ${topic}`);
  }
  take(): string[] {
    return this.notes.splice(0);
  }
}

function batchOf(topic: string, first: bigint, last: bigint, bytes = 10): FetchedBatch {
  const records = Array.from({ length: Number(last - first) + 1 }, (_, index) => ({
    offset: first + BigInt(index),
    key: null,
    value: Buffer.alloc(bytes),
    headers: {},
    timestamp: 0,
  }));
  return {
    topic,
    partition: 0,
    fetchOffset: first,
    firstOffset: first,
    lastOffset: last,
    highWatermark: 100n,
    records,
    isStale: () => false,
  };
}

const live = new AbortController().signal;
let control: NotedControl;
let feed: PartitionFeed;

beforeEach(() => {
  control = new NotedControl();
  feed = new PartitionFeed({ control, topics: ['lanes', 'rows'], partition: 0, bytesMax: 250 });
});

describe('PartitionFeed', () => {
  test('reads nothing at first, then one topic at a time', () => {
    expect(control.take()).toEqual(['pause lanes', 'pause rows']);
    feed.read({ topic: 'lanes', offset: 0n, compacted: true });
    expect(control.take()).toEqual(['pause rows', 'seek lanes 0', 'resume lanes']);
    feed.read({ topic: 'rows', offset: 7n, compacted: false });
    expect(control.take()).toEqual(['pause lanes', 'seek rows 7', 'resume rows']);
  });

  test('goes on behind what it took when the group was joined again', async () => {
    feed.read({ topic: 'rows', offset: 7n, compacted: false });
    expect(await feed.offer(batchOf('rows', 7n, 8n))).toBe(true);
    feed.skipped('rows', 9n, 9n);
    control.take();
    feed.rejoined();
    expect(control.take()).toEqual(['pause lanes', 'seek rows 10', 'resume rows']);
    expect((await feed.take(live))?.nextOffset).toBe(9n);
  });

  test('does not take what it does not read', async () => {
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    control.take();
    expect(await feed.offer(batchOf('lanes', 0n, 1n))).toBe(false);
    expect(control.take()).toEqual(['pause lanes']);
  });

  test('pauses when it is full, and resumes when half of it was taken', async () => {
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    expect(await feed.offer(batchOf('rows', 0n, 0n, 100))).toBe(true);
    expect(await feed.offer(batchOf('rows', 1n, 1n, 100))).toBe(true);
    control.take();
    expect(await feed.offer(batchOf('rows', 2n, 2n, 100))).toBe(false);
    expect(control.take()).toEqual(['pause rows']);
    await feed.take(live);
    expect(control.take()).toEqual([]);
    await feed.take(live);
    expect(control.take()).toEqual(['resume rows']);
    expect(await feed.offer(batchOf('rows', 2n, 2n, 100))).toBe(true);
  });

  test('takes a batch that waited for room', async () => {
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    await feed.offer(batchOf('rows', 0n, 0n, 1_000));
    const waiting = feed.offer(batchOf('rows', 1n, 1n, 10));
    await feed.take(live);
    expect(await waiting).toBe(true);
  });

  test('halts when records are missing', async () => {
    feed.read({ topic: 'rows', offset: 3n, compacted: false });
    expect(await feed.offer(batchOf('rows', 5n, 6n))).toBe(false);
    await expect(feed.take(live)).rejects.toMatchObject({ code: 'KAFKA_OFFSET_OUT_OF_RANGE' });
  });

  test('gaps in a compacted topic are as they should be', async () => {
    feed.read({ topic: 'lanes', offset: 0n, compacted: true });
    expect(await feed.offer(batchOf('lanes', 5n, 6n))).toBe(true);
    control.take();
    feed.rejoined();
    expect(control.take()).toContain('seek lanes 7');
  });

  test('a failure is final until the feed is renewed', async () => {
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    await feed.offer(batchOf('rows', 0n, 0n));
    const first = new DeliveryError('KAFKA_UNAVAILABLE', 'first');
    feed.fail(first);
    feed.fail(new DeliveryError('ORDER_VIOLATION', 'second'));
    await expect(feed.take(live)).rejects.toBe(first);
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    await expect(feed.take(live)).rejects.toBe(first);
    feed.renew();
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    await feed.offer(batchOf('rows', 0n, 0n));
    expect((await feed.take(live))?.nextOffset).toBe(1n);
  });

  test('wakes who waits, by a batch, a failure, or the end', async () => {
    feed.read({ topic: 'rows', offset: 0n, compacted: false });
    const batch = feed.take(live);
    await feed.offer(batchOf('rows', 0n, 0n));
    expect((await batch)?.nextOffset).toBe(1n);
    const ending = new AbortController();
    const none = feed.take(ending.signal);
    ending.abort();
    expect(await none).toBeUndefined();
    const failing = feed.take(live);
    feed.fail(new DeliveryError('KAFKA_UNAVAILABLE', 'for the test'));
    await expect(failing).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
  });
});
