import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import type { ObjectHead, ObjectStore } from '@lakeferry/object-store';
import type { LaneBucket } from '@lakeferry/task-store';
import type { BucketLedger } from '../commit/delivery-ledger.js';
import { BucketWatch } from './bucket-watch.js';

const FIRST = new Date('2026-11-20T10:00:00.123Z');
const LATER = new Date('2026-11-20T11:00:00.000Z');
const SECOND = new Date('2026-11-21T10:00:00.456Z');
const PLACE = { taskId: 't', lane: 0, destination: 's3/lake' };
const KNOWN: LaneBucket = {
  ...{ epoch: 0, createdAt: FIRST, missing: false, redelivering: false },
  ...{ objects: 0, done: 0, lostObjects: 0, lostRows: 0, changedAt: null },
};
const away = () => new DeliveryError('OBJECT_STORE_BUCKET_INVALID', 'not there');
const { signal } = new AbortController();

/** What the ledger holds, and what the store answers. */
let row: { createdAt: Date | null; missing: boolean; epoch: number };
let createdAt: Date | undefined;
let heads: Record<string, ObjectHead>;

beforeEach(() => {
  row = { createdAt: FIRST, missing: false, epoch: 0 };
  createdAt = FIRST;
  heads = { k1: { bytes: 1, sha256: 'a', modifiedAt: LATER } };
});

function watch(stubs: { ledger?: Partial<BucketLedger>; store?: Partial<ObjectStore> } = {}) {
  const ledger = {
    newest: (_place, { before }) =>
      Promise.resolve(
        before === undefined || LATER < before ? [{ objectKey: 'k1', visibleAt: LATER }] : [],
      ),
    found: (_place, date) =>
      Promise.resolve(void (row = { ...row, createdAt: date, missing: false })),
    missed: () => Promise.resolve(void (row = { ...row, missing: true })),
    beginRedelivery: (_place, before, date) =>
      Promise.resolve(void (row = { epoch: before.epoch + 1, createdAt: date, missing: false })),
    ...stubs.ledger,
  } satisfies Partial<BucketLedger>;
  const store = {
    bucketCreatedAt: () => Promise.resolve(createdAt),
    checkBucket: () => Promise.resolve(),
    head: (key) => Promise.resolve(heads[key]),
    ...stubs.store,
  } satisfies Partial<ObjectStore>;
  return new BucketWatch({
    ...{ place: PLACE, bucket: { ...KNOWN, ...row }, onRecreated: () => undefined },
    ...{ ledger: ledger as unknown as BucketLedger, store: store as unknown as ObjectStore },
  });
}

/** A put that finds no bucket. */
const miss = async (bucket: BucketWatch) => {
  const put = () => Promise.reject<void>(away());
  await expect(bucket.around(put, signal)).rejects.toMatchObject({
    code: 'OBJECT_STORE_BUCKET_INVALID',
  });
};

describe('a bucket that was away', () => {
  it('is the same with its date, though each object is younger than it', async () => {
    const bucket = watch();
    await miss(bucket);
    expect(row).toMatchObject({ missing: true });
    heads = {};
    await bucket.look(signal);
    expect(bucket.isSure).toBe(true);
    expect(row).toEqual({ createdAt: FIRST, missing: false, epoch: 0 });
  });

  it('is the same with a date that is told for the first time, if an object is there', async () => {
    row.createdAt = null;
    row.missing = true;
    await watch().look(signal);
    expect(row).toEqual({ createdAt: FIRST, missing: false, epoch: 0 });
  });

  it.each([
    ['another date', SECOND, { k1: { bytes: 1, sha256: 'a', modifiedAt: SECOND } }],
    ['no date and without its objects', undefined, {}],
  ])('is a new one with %s', async (_name, date, there) => {
    const bucket = watch();
    await miss(bucket);
    createdAt = date;
    heads = there;
    await expect(bucket.look(signal)).rejects.toMatchObject({
      code: 'OBJECT_STORE_BUCKET_RECREATED',
    });
    expect(row).toMatchObject({ epoch: 1 });
  });
});
