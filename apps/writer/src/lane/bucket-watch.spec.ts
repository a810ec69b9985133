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

describe('where the store tells no date', () => {
  beforeEach(() => {
    row.createdAt = null;
    createdAt = undefined;
  });

  it('a look that an absence falls into does not make the lane sure', async () => {
    const checked = Promise.withResolvers<void>();
    const answers = [Promise.resolve(), checked.promise];
    const told = Promise.withResolvers<void>();
    const bucket = watch({
      store: { checkBucket: () => answers.shift() ?? Promise.resolve() },
      ledger: { missed: () => told.promise },
    });
    await bucket.look(signal);
    const looking = bucket.look(signal);
    const put = miss(bucket);
    heads = {};
    checked.resolve();
    await expect(looking).rejects.toMatchObject({ code: 'OBJECT_STORE_BUCKET_RECREATED' });
    told.resolve();
    await put;
    expect(bucket.isSure).toBe(false);
  });

  it('an absence holds though the ledger could not be told, and is told later', async () => {
    const down = new DeliveryError('CONTROL_UNAVAILABLE', 'down');
    let isDown = true;
    let told = 0;
    const missed = () => (isDown ? Promise.reject(down) : Promise.resolve(void (told += 1)));
    const bucket = watch({ ledger: { missed } });
    const put = () => Promise.reject<void>(away());
    await expect(bucket.around(put, signal)).rejects.toBe(down);
    await expect(bucket.look(signal)).rejects.toBe(down);
    expect(bucket.isSure).toBe(false);
    isDown = false;
    heads = {};
    await expect(bucket.look(signal)).rejects.toMatchObject({
      code: 'OBJECT_STORE_BUCKET_RECREATED',
    });
    expect(told).toBe(1);
  });

  it('an absence while a return is written down is told after it', async () => {
    row.missing = true;
    const written = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let wrote = 0;
    const found = async () => {
      wrote += 1;
      if (wrote === 2) {
        reached.resolve();
        await written.promise;
      }
      row = { ...row, missing: false };
    };
    const bucket = watch({ ledger: { found } });
    await bucket.look(signal);
    const put = Promise.withResolvers<void>();
    const late = bucket.around(() => put.promise, signal);
    await miss(bucket);
    const looking = bucket.look(signal);
    await reached.promise;
    put.reject(away());
    await expect(late).rejects.toMatchObject({ code: 'OBJECT_STORE_BUCKET_INVALID' });
    heads = {};
    written.resolve();
    await expect(looking).rejects.toMatchObject({ code: 'OBJECT_STORE_BUCKET_RECREATED' });
  });
});
