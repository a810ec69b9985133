import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Secret } from '@lakeferry/runtime';
import type { ObjectStore } from './object-store.js';
import { S3Endpoint, type S3Settings } from './s3-endpoint.js';
import {
  S3FaultProxy,
  canHit,
  randomBody,
  testS3,
  type ProxyFault,
  type S3Operation,
} from './testing/index.js';
import { registerObjectStoreConformance } from './testing/object-store.conformance.js';

const MIB = 1024 * 1024;
const PARTED_BYTES = 11 * MIB;
const LIMITS = { singleBytesMax: 5 * MIB, partBytes: 5 * MIB };

const s3 = testS3();

function settings(over: Partial<S3Settings> = {}): S3Settings {
  return { ...s3, limits: LIMITS, ...over };
}

const endpoint = new S3Endpoint(settings());
afterAll(() => endpoint.close());

registerObjectStoreConformance('an S3 store', () =>
  Promise.resolve({
    store: endpoint.bucket(s3.bucket),
    prefix: `conformance-${randomUUID()}`,
    partedBytes: PARTED_BYTES,
  }),
);

describe('what a store says no to', () => {
  const put = (over: Partial<S3Settings>, bucket = s3.bucket) => {
    const other = new S3Endpoint(settings(over));
    return other
      .bucket(bucket)
      .putIfAbsent({ key: `no/${randomUUID()}`, ...randomBody(10) })
      .finally(() => other.close());
  };

  it('names a missing bucket, a wrong secret, an unknown key and a dead endpoint', async () => {
    const missing = `missing-${randomUUID()}`;
    await expect(put({}, missing)).rejects.toMatchObject({ code: 'OBJECT_STORE_BUCKET_INVALID' });
    await expect(endpoint.bucket(missing).checkBucket()).rejects.toMatchObject({
      code: 'OBJECT_STORE_BUCKET_INVALID',
    });
    const { accessKeyId, secretAccessKey } = s3.credentials;
    const wrong = new Secret('wrong');
    const kind = 'static' as const;
    await expect(
      put({ credentials: { kind, accessKeyId, secretAccessKey: wrong } }),
    ).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAUTHORIZED',
    });
    await expect(
      put({ credentials: { kind, accessKeyId: wrong, secretAccessKey } }),
    ).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAUTHORIZED',
    });
    await expect(put({ endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
    });
    await expect(put({ endpoint: 'http://store.invalid' })).rejects.toMatchObject({
      code: 'OBJECT_STORE_ENDPOINT_INVALID',
    });
  });

  it('never shows a secret in an error', async () => {
    const error: unknown = await put({
      credentials: { ...s3.credentials, secretAccessKey: new Secret('do-not-show') },
    }).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain('do-not-show');
  });
});

describe('behind a shaky network', () => {
  let proxy: S3FaultProxy;
  let shaky: S3Endpoint;
  /** Gives a silent store up soon. */
  let impatient: S3Endpoint;
  beforeAll(async () => {
    proxy = await S3FaultProxy.open(s3.endpoint);
    shaky = new S3Endpoint(settings({ endpoint: proxy.endpoint }));
    impatient = new S3Endpoint(settings({ endpoint: proxy.endpoint, silenceMsMax: 500 }));
  });
  afterEach(() => proxy.calm());
  afterAll(async () => {
    shaky.close();
    impatient.close();
    await proxy.close();
  });

  const operations: readonly S3Operation[] = ['put', 'create', 'part', 'complete'];
  const broken: readonly ProxyFault[] = ['reset', 'stall', 'lost', 'truncated', 'halved'];
  const faults: readonly ProxyFault[] = [429, 500, 503, ...broken];
  const matrix = operations.flatMap((operation) =>
    faults.filter((fault) => canHit(operation, fault)).map((fault) => [operation, fault] as const),
  );
  const through = (fault: ProxyFault) => (fault === 'stall' ? impatient : shaky).bucket(s3.bucket);
  const cutAnswers: readonly ProxyFault[] = ['lost', 'truncated', 'halved'];

  it.each(matrix)(
    '%s answered with %p: an error to retry, then exactly the object',
    async (operation, fault) => {
      const store = shaky.bucket(s3.bucket);
      const key = `shaky/${randomUUID()}`;
      const request = { key, ...randomBody(operation === 'put' ? 1000 : PARTED_BYTES) };
      proxy.script({ operation, fault, times: 1 });
      await expect(through(fault).putIfAbsent(request)).rejects.toMatchObject({
        code: 'OBJECT_STORE_UNAVAILABLE',
      });
      proxy.script();
      const wasDone = operation === 'put' ? fault === 'lost' : cutAnswers.includes(fault);
      expect(await store.putIfAbsent(request)).toBe(
        wasDone && (operation === 'put' || operation === 'complete') ? 'exists' : 'created',
      );
      expect(await endpoint.bucket(s3.bucket).head(key)).toMatchObject({
        bytes: request.body.bytes,
        sha256: request.sha256,
      });
      expect(await store.abortStale({ prefix: key, isOwn: () => true })).toBe(
        operation === 'create' && wasDone ? 1 : 0,
      );
    },
    30_000,
  );

  it.each([
    { operation: 'create', fault: 'lost', calls: 3, creations: 2 },
    { operation: 'complete', fault: 'lost', calls: 2, creations: 1 },
    { operation: 'complete', fault: 500, calls: 2, creations: 2 },
  ] as const)(
    'put again after $operation met $fault and an abort failed too, leaves nothing behind',
    async ({ operation, fault, calls, creations }) => {
      const store = shaky.bucket(s3.bucket);
      const request = { key: `again/${randomUUID()}`, ...randomBody(PARTED_BYTES) };
      proxy.script(
        { operation, fault, times: 1 },
        { operation: 'abort', fault: 'reset', times: 1 },
      );
      for (let call = 1; call < calls; call += 1) {
        const put = store.putIfAbsent({ ...request, again: call > 1 });
        await expect(put).rejects.toMatchObject({ action: 'retry' });
      }
      await store.putIfAbsent({ ...request, again: true });
      expect(proxy.seen('create')).toBe(creations);
      expect(await store.head(request.key)).toMatchObject({ sha256: request.sha256 });
      expect(await store.abortStale({ prefix: request.key, isOwn: () => true })).toBe(0);
    },
    30_000,
  );

  it('puts again with a role that may not look', async () => {
    const store = shaky.bucket(s3.bucket);
    const request = { key: `again/${randomUUID()}`, ...randomBody(10), again: true };
    proxy.script({ operation: 'head', fault: { status: 403, code: 'AccessDenied' }, times: 1 });
    expect(await store.putIfAbsent(request)).toBe('created');
  });

  it('does not say that an object exists while half of another upload is left beside it', async () => {
    const store = shaky.bucket(s3.bucket);
    const request = { key: `again/${randomUUID()}`, ...randomBody(PARTED_BYTES) };
    expect(await store.putIfAbsent(request)).toBe('created');
    proxy.script({ operation: 'abort', fault: 503, times: 1 });
    await expect(store.putIfAbsent(request)).rejects.toMatchObject({ action: 'retry' });
    expect(await store.putIfAbsent({ ...request, again: true })).toBe('exists');
    expect(await store.abortStale({ prefix: request.key, isOwn: () => true })).toBe(0);
  }, 30_000);

  it.each(['reset', 'stall', 'truncated', 'halved'] as const)(
    'a list answered with %p is an error to retry, and never a shorter list',
    async (fault) => {
      const store = shaky.bucket(s3.bucket);
      const prefix = `listed/${randomUUID()}/`;
      for (const n of [1, 2, 3]) await store.putIfAbsent({ key: prefix + n, ...randomBody(1) });
      const listed = async (by: ObjectStore) => {
        const keys = [];
        for await (const { key } of by.list(prefix)) keys.push(key);
        return keys;
      };
      proxy.script({ operation: 'list', fault, times: 1 });
      const first = listed(through(fault));
      await expect(first).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
      expect(await listed(store)).toHaveLength(3);
    },
  );

  it.each(['stall', 'truncated', 'halved'] as const)(
    'the date of a bucket is not taken from an answer with %p',
    async (fault) => {
      proxy.script({ operation: 'buckets', fault, times: 1 });
      await expect(through(fault).bucketCreatedAt()).rejects.toMatchObject({
        code: 'OBJECT_STORE_UNAVAILABLE',
      });
      expect(await shaky.bucket(s3.bucket).bucketCreatedAt()).toBeInstanceOf(Date);
    },
  );

  it('does not take an error for a completion because of its status', async () => {
    const store = shaky.bucket(s3.bucket);
    const request = { key: `shaky/${randomUUID()}`, ...randomBody(PARTED_BYTES) };
    const fault = { status: 200, code: 'InternalError' };
    proxy.script({ operation: 'complete', fault, times: 1 });
    await expect(store.putIfAbsent(request)).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
    });
    expect(await store.putIfAbsent(request)).toBe('created');
  });

  it('tries again by itself when another put of the key is under way', async () => {
    proxy.script({ operation: 'put', fault: 409, times: 2 });
    const request = { key: `shaky/${randomUUID()}`, ...randomBody(10) };
    expect(await shaky.bucket(s3.bucket).putIfAbsent(request)).toBe('created');
  });

  it('looks before it puts where the store does not know conditional puts', async () => {
    const store = shaky.bucket(s3.bucket);
    const request = { key: `shaky/${randomUUID()}`, ...randomBody(10) };
    proxy.script({ operation: 'put', fault: 501, times: 100 });
    expect(await store.putIfAbsent(request)).toBe('created');
    expect(await store.putIfAbsent({ ...request, ...randomBody(20) })).toBe('exists');
    expect(await store.head(request.key)).toMatchObject({ bytes: 10 });
    expect(proxy.seen('put')).toBe(2);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const request = { key: `shaky/${randomUUID()}`, ...randomBody(10), signal: stop.signal };
    await expect(shaky.bucket(s3.bucket).putIfAbsent(request)).rejects.toBeDefined();
  });
});

describe('a machine whose clock is wrong', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const HOUR_MS = 3_600_000;
  const shift = (ms: number) => {
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  };

  it.each([3, -3])('by %i hours delivers all the same', async (hours) => {
    await using proxy = await S3FaultProxy.open(s3.endpoint);
    const skewed = new S3Endpoint(settings({ endpoint: proxy.endpoint }));
    const store = skewed.bucket(s3.bucket);
    shift(hours * HOUR_MS);
    const key = `clock/${randomUUID()}`;
    expect(await store.head(key)).toBeUndefined();
    expect(proxy.seen('head')).toBe(2);
    expect(await store.putIfAbsent({ key, ...randomBody(PARTED_BYTES) })).toBe('created');
    expect(proxy.seen('create')).toBe(1);
    skewed.close();
  });

  it('is told as such where the store gives no time to go by', async () => {
    await using proxy = await S3FaultProxy.open(s3.endpoint);
    const skewed = new S3Endpoint(settings({ endpoint: proxy.endpoint }));
    proxy.refuseAll({ status: 403, code: 'RequestTimeTooSkewed' });
    await expect(skewed.bucket(s3.bucket).checkBucket()).rejects.toMatchObject({
      ...{ code: 'OBJECT_STORE_CLOCK_SKEWED', action: 'hold' },
      remedy: expect.stringContaining('clock'),
    });
    skewed.close();
  });
});
