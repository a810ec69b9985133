import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { S3FaultProxy, bucketOwner } from '@lakeferry/object-store/testing';
import { eventually } from '@lakeferry/testing';
import { TEST_LIMITS, WriterHarness, type WrittenFile } from './testing/writer-harness.js';

const PARTED_BYTES = TEST_LIMITS.singleBytesMax + 700_000;
const REVOKED = { status: 403, code: 'InvalidAccessKeyId' };
const HOUR_MS = 3_600_000;

let harness: WriterHarness;
let proxy: S3FaultProxy;
afterEach(async () => {
  jest.restoreAllMocks();
  await harness[Symbol.asyncDispose]();
  await proxy.close();
  expect(harness.crashes).toEqual([]);
}, 30_000);

/** A task with a bucket of its own, of which two files are delivered. */
async function delivered(): Promise<WrittenFile[]> {
  const bucket = `outage-${randomUUID()}`;
  harness = await WriterHarness.open({ bucket });
  await bucketOwner.create(harness.s3, bucket);
  proxy = await S3FaultProxy.open(harness.s3.endpoint, { stallMsMax: 20_000 });
  await harness.startWriter({ endpoint: proxy.endpoint });
  const files = [await harness.write({ year: 2025 }), await harness.write({ year: 2026 })];
  await harness.untilVisible(2);
  return files;
}

/** Files that come while nothing can be delivered: in order behind what waits, and beside it. */
async function more(files: WrittenFile[]): Promise<void> {
  for (const year of [2026, 2026, 2027]) files.push(await harness.write({ year }));
}

async function isWhole(files: readonly WrittenFile[]): Promise<void> {
  await eventually(
    async () => {
      await harness.assertExactly(files);
      return true;
    },
    { deadlineMs: 40_000, everyMs: 500, what: 'all files in the bucket' },
  );
  await harness.untilStatus(0, ({ error }) => error === null);
  expect(await harness.unfinished()).toEqual([]);
}

describe('credentials that are revoked and restored', () => {
  it('hold a lane that goes on with the next try', async () => {
    const files = await delivered();
    proxy.refuseAll(REVOKED);
    await more(files);
    const { error } = await harness.untilStatus(0, (status) => status.error !== null);
    expect(error).toMatchObject({ code: 'OBJECT_STORE_UNAUTHORIZED', action: 'hold' });
    expect(await harness.visible()).toHaveLength(2);
    proxy.calm();
    await isWhole(files);
  }, 60_000);

  it('leave nothing of an upload that they were taken from in its middle', async () => {
    const files = await delivered();
    proxy.script({ operation: 'part', fault: 'stall', times: 1 });
    files.push(await harness.write({ year: 2026, bytes: PARTED_BYTES }));
    await eventually(() => Promise.resolve(proxy.seen('part') > 0));
    proxy.refuseAll(REVOKED);
    await more(files);
    await harness.untilStatus(0, (status) => status.error?.code === 'OBJECT_STORE_UNAUTHORIZED');
    expect(await harness.unfinished()).toHaveLength(1);
    proxy.calm();
    await isWhole(files);
  }, 60_000);
});

describe('a bucket that is deleted in the middle of an upload', () => {
  /** Parts of a file are on their way when the bucket goes. */
  async function uploading(files: WrittenFile[]): Promise<void> {
    proxy.script({ operation: 'part', fault: 'stall', times: 1 });
    files.push(await harness.write({ year: 2026, bytes: PARTED_BYTES }));
    await eventually(() => Promise.resolve(proxy.seen('part') > 0));
    await bucketOwner.removeBucket(harness.s3, harness.task.config.ossBucket);
  }

  it('holds the lane, and gets everything when it is created while files wait', async () => {
    const files = await delivered();
    await uploading(files);
    proxy.calm();
    await more(files);
    const { error } = await harness.untilStatus(0, (status) => status.error?.action === 'hold');
    expect(error?.code).toBe('OBJECT_STORE_BUCKET_INVALID');
    await bucketOwner.create(harness.s3, harness.task.config.ossBucket);
    await isWhole(files);
  }, 90_000);

  it('gets everything when it is there again before the upload has noticed', async () => {
    const files = await delivered();
    await uploading(files);
    await bucketOwner.create(harness.s3, harness.task.config.ossBucket);
    proxy.calm();
    await more(files);
    await isWhole(files);
  }, 90_000);
});

describe('a writer whose clock is wrong', () => {
  it.each([5, -5])(
    'by %i hours delivers all the same, and complains of nothing',
    async (hours) => {
      const { now } = Date;
      jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * HOUR_MS);
      const files = await delivered();
      files.push(await harness.write({ year: 2026, bytes: PARTED_BYTES }));
      await harness.untilVisible(3);
      await isWhole(files);
    },
    60_000,
  );
});
