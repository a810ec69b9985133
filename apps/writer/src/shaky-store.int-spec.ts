import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3FaultProxy, type ProxyFault, type S3Operation } from '@lakeferry/object-store/testing';
import { TEST_LIMITS, WriterHarness, type WrittenFile } from './testing/writer-harness.js';

const PARTED_BYTES = TEST_LIMITS.singleBytesMax + 700_000;
const FAULTS: readonly ProxyFault[] = [429, 500, 503, 'reset', 'lost'];
const OPERATIONS: readonly S3Operation[] = ['put', 'create', 'part', 'complete'];
const MATRIX = OPERATIONS.flatMap((operation) =>
  FAULTS.map((fault) => [operation, fault] as const),
);

describe('a writer before a shaky store', () => {
  let harness: WriterHarness;
  let proxy: S3FaultProxy;
  const files: WrittenFile[] = [];

  beforeAll(async () => {
    harness = await WriterHarness.open();
    proxy = await S3FaultProxy.open(harness.s3.endpoint);
    await harness.startWriter({ endpoint: proxy.endpoint });
  }, 30_000);
  afterAll(async () => {
    await harness[Symbol.asyncDispose]();
    await proxy.close();
  }, 30_000);

  it.each(MATRIX)(
    'makes exactly one object when %s is answered with %p twice',
    async (operation, fault) => {
      proxy.script({ operation, fault, times: 2 });
      files.push(await harness.write({ bytes: operation === 'put' ? 1000 : PARTED_BYTES }));
      await harness.untilVisible(files.length);
      await harness.assertExactly(files);
      expect(proxy.seen(operation)).toBeGreaterThanOrEqual(2);
    },
    30_000,
  );

  it('aborts what a predecessor left unfinished, before the first put of a lane', async () => {
    const left = () => harness.store.abortStale({ prefix: harness.folder, isOwn: () => true });
    await left();
    const blind = { operation: 'abort', fault: 'reset', times: 1000 } as const;
    proxy.script(blind, { operation: 'complete', fault: 500, times: 1000 });
    const file = await harness.write({ lane: 1, bytes: PARTED_BYTES });
    const reached = await harness.untilStatus(1, ({ error }) => error !== null);
    expect(reached.error).toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE', action: 'retry' });
    await harness.killWriters();
    await harness.startWriter({ endpoint: harness.s3.endpoint });
    await harness.untilVisible(files.length + 1);
    await harness.assertExactly([...files, file]);
    expect(await left()).toBe(0);
  }, 60_000);
});
