import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { bucketOwner, randomBody } from '@lakeferry/object-store/testing';
import type { Failpoint } from '@lakeferry/runtime/failpoint';
import { armFailpoint } from '@lakeferry/runtime/testing';
import { eventually } from '@lakeferry/testing';
import { TEST_LIMITS, WriterHarness, makeFile } from './testing/writer-harness.js';

const PARTED_BYTES = TEST_LIMITS.singleBytesMax + 700_000;

let harness: WriterHarness;
afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  expect(harness.crashes).toEqual([]);
});

describe('the writer', () => {
  it('puts files of all lanes and sizes, each once, in order, and says how far it is', async () => {
    harness = await WriterHarness.open();
    const files = [
      await harness.write({ lane: 0, year: 2026 }),
      await harness.write({ lane: 0, year: 2025 }),
      await harness.write({ lane: 0, year: 2026, bytes: PARTED_BYTES }),
      await harness.write({ lane: 1, year: 2026 }),
    ];
    await harness.mark(0, { lsn: '0/10', at: '2026-01-01T00:00:00.000000Z' });
    const writer = await harness.startWriter();
    files.push(await harness.write({ lane: 0, year: 2026 }));
    await harness.mark(0, { baseSealed: true, lsn: '0/20', at: '2026-01-01T00:00:05.000000Z' });
    await harness.untilVisible(5);
    await harness.assertExactly(files);
    const { taskName } = harness.task;
    expect(await harness.keys()).toContain(
      `${harness.prefix(2026)}/${taskName}_0_${harness.folder}_year=2026__3`,
    );
    const status = await harness.untilStatus(0, ({ deliveredLsn }) => deliveredLsn === '0/20');
    expect(status).toMatchObject({
      baseVisible: true,
      deliveredAt: '2026-01-01T00:00:05.000000Z',
      error: null,
    });
    await harness.stopWriter(writer, 5_000);
    await eventually(async () => {
      const { members } = await harness.kafka.topics.describeGroup(harness.group);
      return members.length === 0;
    });
  }, 60_000);

  it('goes on behind the highest sequence that is listed under a key prefix', async () => {
    harness = await WriterHarness.open();
    const { taskName } = harness.task;
    const under = `${harness.prefix(2026)}/${taskName}_0_${harness.folder}_year=2026__`;
    for (const tail of ['7', '9', '12.tmp']) {
      await harness.store.putIfAbsent({ key: under + tail, ...randomBody(10) });
    }
    await harness.write({});
    await harness.write({});
    await harness.startWriter();
    const visible = await harness.untilVisible(2);
    expect(visible.map(({ sequence }) => sequence)).toEqual([10, 11]);
  }, 60_000);

  it('waits for a bucket that is not there, says so, and writes everything once it is', async () => {
    const bucket = `late-${randomUUID()}`;
    harness = await WriterHarness.open({ bucket });
    const files = [await harness.write({}), await harness.write({})];
    await harness.startWriter();
    const status = await harness.untilStatus(0, ({ error }) => error !== null);
    expect(status.error).toMatchObject({ code: 'OBJECT_STORE_BUCKET_INVALID', action: 'hold' });
    expect(status.error?.remedy).toBeTruthy();
    await bucketOwner.create(harness.s3, bucket);
    await harness.untilVisible(2);
    await harness.assertExactly(files);
    await harness.untilStatus(0, ({ error }) => error === null);
  }, 60_000);

  it('halts a lane whose key was taken by others, and no other lane', async () => {
    harness = await WriterHarness.open();
    const taken = `${harness.prefix(2026)}/${harness.task.taskName}_0_${harness.folder}_year=2026__2`;
    await harness.write({ lane: 0 });
    const writer = await harness.startWriter();
    await harness.untilVisible(1);
    const foreign = randomBody(10);
    await harness.store.putIfAbsent({ key: taken, ...foreign });
    await harness.write({ lane: 0 });
    const status = await harness.untilStatus(0, ({ error }) => error?.action === 'halt');
    expect(status.error).toMatchObject({ code: 'OBJECT_STORE_KEY_TAKEN' });
    expect((await harness.store.head(taken))?.sha256).toBe(foreign.sha256);
    await harness.write({ lane: 1 });
    await harness.untilVisible(2);
    await bucketOwner.remove(harness.s3, harness.task.config.ossBucket, taken);
    await harness.desire({ ...harness.task, state: 'paused' });
    await harness.desire(harness.task);
    await harness.untilVisible(3);
    await harness.untilStatus(0, ({ error }) => error === null);
    await harness.stopWriter(writer, 1_000);
  }, 60_000);

  it('halts a lane whose files are not as they were sealed', async () => {
    harness = await WriterHarness.open();
    const { records } = makeFile({ lane: 0, prefix: harness.prefix(2026), bytes: 1000 });
    const [chunk, seal] = records;
    if (chunk === undefined || seal === undefined) throw new Error('a file has two records');
    await harness.append(0, [{ ...chunk, value: Buffer.alloc(1000) }, seal]);
    await harness.startWriter();
    const status = await harness.untilStatus(0, ({ error }) => error !== null);
    expect(status.error).toMatchObject({ code: 'CONTRACT_VIOLATION', action: 'halt' });
    expect(await harness.keys()).toEqual([]);
  }, 60_000);

  it('leaves the group of a task that is deleted', async () => {
    harness = await WriterHarness.open();
    await harness.startWriter();
    const members = async () =>
      (await harness.kafka.topics.describeGroup(harness.group)).members.length;
    await eventually(async () => (await members()) === 1);
    await harness.desire({ ...harness.task, state: 'deleting' });
    await eventually(async () => (await members()) === 0);
  }, 60_000);

  it('frees what is visible and old in Kafka, and nothing else', async () => {
    harness = await WriterHarness.open();
    const low = async () => (await harness.kafka.topics.watermarks(harness.filesTopic)).get(0)?.low;
    await harness.write({});
    await harness.write({});
    const keeping = await harness.startWriter({ retentionSeconds: 3600, trimIntervalMs: 200 });
    await harness.untilVisible(2);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await low()).toBe(0n);
    await harness.stopWriter(keeping, 1_000);
    const freeing = await harness.startWriter({ retentionSeconds: 0, trimIntervalMs: 200 });
    await eventually(async () => (await low()) !== 0n);
    await harness.stopWriter(freeing, 1_000);
    await harness.startWriter({ retentionSeconds: 1, trimIntervalMs: 200 });
    const files = await harness.visible();
    await harness.write({});
    await harness.untilVisible(files.length + 1);
    const before = (await low()) ?? 0n;
    await eventually(async () => ((await low()) ?? 0n) > before);
  }, 60_000);
});

describe('a writer that dies', () => {
  it.each<[Failpoint, number]>([
    ['writer.after-assign', 1],
    ['writer.after-assign', 3],
    ['writer.after-put', 1],
    ['writer.after-put', 3],
    ['writer.after-ledger', 1],
    ['writer.after-ledger', 2],
  ])(
    'at %s, for the %i. time: exactly one object of each file',
    async (name, time) => {
      harness = await WriterHarness.open();
      const files = [];
      for (const year of [2026, 2025, 2026, 2026]) files.push(await harness.write({ year }));
      const reached = Promise.withResolvers<void>();
      let left = time;
      const hang = () => {
        left -= 1;
        if (left > 0) return Promise.resolve();
        reached.resolve();
        return new Promise<void>(() => undefined);
      };
      const armed = armFailpoint(name, hang);
      const first = await harness.startWriter();
      await reached.promise;
      await harness.stopWriter(first, 0);
      armed[Symbol.dispose]();
      const last = await harness.startWriter();
      await harness.untilVisible(4);
      files.push(await harness.write({ year: 2026 }));
      await harness.untilVisible(5);
      await harness.assertExactly(files);
      await harness.stopWriter(last, 5_000);
    },
    60_000,
  );
});

describe('a writer that fails', () => {
  it.each<Failpoint>([
    'writer.after-assign',
    'writer.between-parts',
    'writer.before-complete',
    'writer.after-put',
    'writer.after-ledger',
  ])(
    'at %s, three times: exactly one object of each file',
    async (name) => {
      harness = await WriterHarness.open();
      let left = 3;
      using _ = armFailpoint(name, () => {
        left -= 1;
        if (left >= 0) throw new DeliveryError('KAFKA_UNAVAILABLE', 'a test wants it so');
      });
      await harness.startWriter();
      const files = [];
      for (const year of [2026, 2025, 2026, 2026, 2025]) {
        files.push(await harness.write({ year, bytes: PARTED_BYTES }));
        await harness.untilVisible(files.length);
      }
      await eventually(() => left <= 0);
      await harness.assertExactly(files);
    },
    60_000,
  );
});
