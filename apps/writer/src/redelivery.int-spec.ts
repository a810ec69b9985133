import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bufferBody } from '@lakeferry/object-store';
import { S3FaultProxy, bucketOwner } from '@lakeferry/object-store/testing';
import { must } from '@lakeferry/runtime';
import { armFailpoint } from '@lakeferry/runtime/testing';
import type { LedgerObject } from '@lakeferry/task-store';
import { eventually } from '@lakeferry/testing';
import { WriterHarness, type WrittenFile } from './testing/writer-harness.js';

const CHUNKS_3 = 2_000_000;

let harness: WriterHarness;
afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  expect(harness.crashes).toEqual([]);
}, 30_000);

/** A task with a bucket of its own and files in two lanes, which are visible. */
async function delivered(count: number): Promise<WrittenFile[]> {
  const bucket = `again-${randomUUID()}`;
  harness = await WriterHarness.open({ bucket });
  await bucketOwner.create(harness.s3, bucket);
  const files: WrittenFile[] = [];
  for (let n = 0; n < count; n += 1) {
    const file = { lane: n % 2, year: 2024 + (n % 3), bytes: n === 2 ? CHUNKS_3 : 1000 };
    files.push(await harness.write(file));
  }
  await harness.mark(0, { lsn: '0/20', at: '2026-01-01T00:00:00.000000Z' });
  return files;
}

/** Somebody puts the object of a small file back from a copy. */
async function restore({ seal, records }: WrittenFile, visible: readonly LedgerObject[]) {
  const object = visible.find(({ fileId }) => fileId === seal.fileId);
  const body = bufferBody(records[0]?.value as Buffer);
  const key = must(object, 'a visible file').objectKey;
  await harness.store.putIfAbsent({ key, body, sha256: seal.sha256 });
}

const isWhole = (files: readonly WrittenFile[]) =>
  eventually(
    async () => {
      await harness.assertExactly(files);
      return true;
    },
    { deadlineMs: 40_000, everyMs: 500, what: 'all files in the bucket' },
  );

describe('a bucket that is deleted and created again', () => {
  it('gets everything again while files come, and progress moves on', async () => {
    const files = await delivered(9);
    await harness.startWriter();
    await harness.untilVisible(9);
    await harness.untilStatus(0, ({ deliveredLsn }) => deliveredLsn === '0/20');
    let isOver = false;
    const writing = (async () => {
      while (!isOver) files.push(await harness.write({ lane: files.length % 2, year: 2026 }));
    })();
    await harness.recreateBucket();
    isOver = true;
    await writing;
    await harness.mark(0, { lsn: '0/30', at: '2026-01-01T00:00:09.000000Z' });
    await isWhole(files);
    const status = await harness.untilStatus(
      0,
      ({ deliveredLsn, error, redelivery }) =>
        deliveredLsn === '0/30' && error === null && redelivery === null,
    );
    expect(status.deliveredAt).toBe('2026-01-01T00:00:09.000000Z');
    files.push(await harness.write({ year: 2024 }));
    await harness.untilVisible(files.length);
    await isWhole(files);
  }, 120_000);

  it('gets everything again without a file that comes, and never before it is told', async () => {
    const files = await delivered(4);
    await harness.startWriter();
    await harness.untilVisible(4);
    await bucketOwner.removeBucket(harness.s3, harness.task.config.ossBucket);
    const held = await harness.untilStatus(0, ({ error }) => error !== null);
    expect(held).toMatchObject({
      error: { code: 'OBJECT_STORE_BUCKET_INVALID', action: 'hold' },
      deliveredLsn: '0/20',
    });
    await bucketOwner.create(harness.s3, harness.task.config.ossBucket);
    await isWhole(files);
    await harness.untilStatus(0, ({ error }) => error === null);
  }, 90_000);

  it.each(['writer.after-assign', 'writer.after-put'] as const)(
    'gets everything again when the writer is killed at %s in the middle of it',
    async (failpoint) => {
      const files = await delivered(8);
      const first = await harness.startWriter();
      await harness.untilVisible(8);
      await harness.stopWriter(first, 5_000);
      await harness.recreateBucket();
      const reached = Promise.withResolvers<void>();
      let left = 4;
      const hang = () => {
        left -= 1;
        if (left > 0) return Promise.resolve();
        reached.resolve();
        return new Promise<void>(() => undefined);
      };
      const armed = armFailpoint(failpoint, hang);
      const second = await harness.startWriter();
      await reached.promise;
      await harness.stopWriter(second, 0);
      armed[Symbol.dispose]();
      files.push(await harness.write({ year: 2024 }));
      await harness.startWriter();
      await isWhole(files);
      await harness.untilStatus(0, ({ error, redelivery }) => error === null && !redelivery);
    },
    120_000,
  );

  it('gets what Kafka still holds, and status tells what it does not', async () => {
    const files = await delivered(8);
    const first = await harness.startWriter();
    await harness.untilVisible(8);
    await harness.stopWriter(first, 5_000);
    // Lane 0 begins with one small file, then the one of three chunks: the cut is in its middle.
    await harness.kafka.topics.deleteRecords(harness.filesTopic, new Map([[0, 5n]]));
    await harness.recreateBucket();
    await harness.startWriter();
    const status = await harness.untilStatus(0, ({ error }) => error !== null);
    expect(status).toMatchObject({
      redelivery: { running: false, objects: 4, done: 2, lostObjects: 2, lostRows: 20 },
      error: { code: 'REDELIVERY_INCOMPLETE', action: 'hold' },
    });
    expect(status.error?.message).toContain('2 objects with 20 rows');
    expect(status.error?.remedy).toContain('new base scan');
    files.push(await harness.write({ lane: 0, year: 2024 }));
    await harness.untilVisible(9);
    await eventually(async () => (await harness.keys()).length === 7);
    await harness.desire({ ...harness.task, state: 'paused' });
    await harness.desire(harness.task);
    await harness.untilStatus(0, ({ error, redelivery }) => error === null && redelivery === null);
  }, 90_000);

  it('counts what is there as there, under a prefix that the task has no more too', async () => {
    const files = await delivered(8);
    const first = await harness.startWriter();
    const visible = await harness.untilVisible(8);
    await harness.stopWriter(first, 5_000);
    await harness.kafka.topics.deleteRecords(harness.filesTopic, new Map([[0, 5n]]));
    await harness.recreateBucket();
    await restore(must(files[0], 'the file that is freed whole'), visible);
    await harness.desire({
      ...harness.task,
      config: { ...harness.task.config, ossPrefix: `other-${randomUUID()}/year=$yyyy` },
    });
    await harness.startWriter();
    const status = await harness.untilStatus(0, ({ error }) => error !== null);
    expect(status).toMatchObject({
      redelivery: { running: false, objects: 4, done: 3, lostObjects: 1, lostRows: 10 },
      error: { code: 'REDELIVERY_INCOMPLETE' },
    });
  }, 90_000);

  it('is told when all that was delivered is freed in Kafka', async () => {
    await delivered(2);
    const first = await harness.startWriter({ retentionSeconds: 0, trimIntervalMs: 200 });
    await harness.untilVisible(2);
    await eventually(async () => {
      const held = await harness.kafka.topics.watermarks(harness.filesTopic);
      return (held.get(1)?.low ?? 0n) > 1n;
    });
    await harness.stopWriter(first, 5_000);
    await harness.recreateBucket();
    await harness.startWriter({ retentionSeconds: 0 });
    const status = await harness.untilStatus(1, ({ error }) => error !== null);
    expect(status).toMatchObject({
      redelivery: { objects: 1, done: 0, lostObjects: 1, lostRows: 10 },
      error: { code: 'REDELIVERY_INCOMPLETE' },
    });
  }, 60_000);

  it('is noticed where the store tells no date of creation', async () => {
    const files = await delivered(4);
    await using proxy = await S3FaultProxy.open(harness.s3.endpoint);
    const fault = { status: 403, code: 'AccessDenied' };
    proxy.script({ operation: 'buckets', fault, times: Number.MAX_SAFE_INTEGER });
    await harness.startWriter({ endpoint: proxy.endpoint });
    await harness.untilVisible(4);
    await bucketOwner.removeBucket(harness.s3, harness.task.config.ossBucket);
    await harness.untilStatus(0, ({ error }) => error?.code === 'OBJECT_STORE_BUCKET_INVALID');
    await harness.untilStatus(1, ({ error }) => error?.code === 'OBJECT_STORE_BUCKET_INVALID');
    await bucketOwner.create(harness.s3, harness.task.config.ossBucket);
    await isWhole(files);
    await harness.killWriters();
  }, 90_000);
});

describe('a bucket that stays', () => {
  it('gets nothing again when objects are taken out of it', async () => {
    const files = await delivered(3);
    await harness.startWriter();
    const visible = await harness.untilVisible(3);
    const taken = visible.find(({ lane, prefix }) => lane === 0 && prefix.endsWith('2024'));
    await bucketOwner.remove(harness.s3, harness.task.config.ossBucket, taken?.objectKey ?? '');
    const before = await harness.keys();
    await harness.killWriters();
    await harness.startWriter();
    files.push(await harness.write({ lane: 0, year: 2025 }));
    await harness.untilVisible(4);
    expect(await harness.keys()).toHaveLength(before.length + 1);
  }, 60_000);
});
