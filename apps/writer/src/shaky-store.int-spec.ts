import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3FaultProxy, canHit, type ProxyScript } from '@lakeferry/object-store/testing';
import { must } from '@lakeferry/runtime';
import { TEST_LIMITS, WriterHarness, type WrittenFile } from './testing/writer-harness.js';

const BYTES = { small: 1000, parted: TEST_LIMITS.singleBytesMax + 700_000 } as const;
type Size = keyof typeof BYTES;

const OPERATIONS = ['put', 'create', 'part', 'complete', 'abort', 'head', 'list'] as const;
const BROKEN = ['reset', 'stall', 'lost', 'truncated', 'halved'] as const;
const FAULTS = [429, 500, 503, ...BROKEN] as const;
const ANSWER_CUT: readonly Fault[] = ['truncated', 'halved'];
type Operation = (typeof OPERATIONS)[number];
type Fault = (typeof FAULTS)[number];
const OF_PARTS: readonly Operation[] = ['create', 'part', 'complete', 'abort'];
/** What is done needs no second time: whoever missed the answer looks, and finds it. */
const LASTING: readonly Operation[] = ['put', 'complete', 'abort'];

/** A small file is one put, a larger one never; the other operations both may need. */
function isNeeded(operation: Operation, size: Size): boolean {
  if (operation === 'put') return size === 'small';
  return size === 'parted' || !OF_PARTS.includes(operation);
}

const CELLS = (['small', 'parted'] as const).flatMap((size) =>
  OPERATIONS.filter((operation) => isNeeded(operation, size)).flatMap((operation) =>
    FAULTS.filter((fault) => canHit(operation, fault)).map((fault) => ({ operation, fault, size })),
  ),
);

/** The store did it, and only its answer did not arrive whole. */
function isDone(operation: Operation, fault: Fault): boolean {
  if (!LASTING.includes(operation)) return false;
  return fault === 'lost' || (operation === 'complete' && ANSWER_CUT.includes(fault));
}

/** What must go wrong first for an operation to be asked for: nobody looks or aborts without need. */
function occasion(operation: Operation, size: Size): readonly ProxyScript[] {
  const last = size === 'small' ? 'put' : 'complete';
  if (operation === 'head') return [{ operation: last, fault: 'lost', times: 1 }];
  if (operation === 'abort') return [{ operation: 'complete', fault: 500, times: 1 }];
  return [];
}

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

  it.each(CELLS)(
    'makes exactly one object of a $size file when $operation meets $fault',
    async ({ operation, fault, size }) => {
      const times = isDone(operation, fault) ? 1 : 2;
      proxy.account();
      proxy.script(...occasion(operation, size), { operation, fault, times });
      // The first file under a prefix is the one that the bucket is listed for.
      const year = 2000 + files.length;
      const file = await harness.write({ year, bytes: BYTES[size] });
      files.push(file);
      const visible = await harness.untilVisible(files.length);
      const object = must(visible.at(-1), 'a visible object');
      expect(object).toMatchObject({ fileId: file.seal.fileId, sequence: 1 });
      const content = await harness.read(object.objectKey);
      expect(createHash('sha256').update(content).digest('hex')).toBe(file.seal.sha256);
      const keys = await harness.keys();
      expect(keys.filter((key) => key.startsWith(`${harness.prefix(year)}/`))).toHaveLength(1);
      expect(await harness.unfinished(year)).toEqual([]);
      expect(proxy.account()).toContain(`${operation} ${fault}: ${times}`);
      if (times > 1) expect(proxy.seen(operation)).toBeGreaterThan(times);
      else expect(proxy.seen(operation === 'abort' ? 'list' : 'head')).toBeGreaterThan(0);
    },
    30_000,
  );

  it('has made nothing else than one object of each file', async () => {
    await harness.assertExactly(files);
  }, 30_000);

  it('aborts what a predecessor left unfinished, before the first put of a lane', async () => {
    const blind = { operation: 'abort', fault: 'reset', times: 1000 } as const;
    proxy.script(blind, { operation: 'complete', fault: 500, times: 1000 });
    const file = await harness.write({ lane: 1, bytes: BYTES.parted });
    const reached = await harness.untilStatus(1, ({ error }) => error !== null);
    expect(reached.error).toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE', action: 'retry' });
    await harness.killWriters();
    expect(await harness.unfinished()).not.toEqual([]);
    await harness.startWriter({ endpoint: harness.s3.endpoint });
    await harness.untilVisible(files.length + 1);
    await harness.assertExactly([...files, file]);
    expect(await harness.unfinished()).toEqual([]);
  }, 60_000);
});
