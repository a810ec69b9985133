import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { laneCheckpoint, type ControlRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { armFailpoint } from '@lakeferry/runtime/testing';
import { eventually } from '@lakeferry/testing';
import { encoderConfig, type HarnessOptions } from './testing/encoder-fixtures.js';
import { EncoderHarness } from './testing/encoder-harness.js';

jest.setTimeout(90_000);

let harness: EncoderHarness;

async function open(options: HarnessOptions = {}): Promise<EncoderHarness> {
  harness = await EncoderHarness.open(options);
  await harness.publishPlan();
  await harness.want('active');
  return harness;
}

afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  expect(harness.crashes).toEqual([]);
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);
const rowsOf = (from: number, to: number) => range(from, to).map((id) => ({ id }));

describe('an INC task', () => {
  test('delivers rows by rendered prefix, drops what lies below C, and marks what is whole', async () => {
    const task = await open();
    await task.rows(0, [{ id: 900 }], 0xf00n);
    await task.rows(0, rowsOf(0, 50), 0x1000n);
    await task.rows(0, [
      { id: 50, at: '2026-11-21T00:00:00.000000Z' },
      { id: 51, at: '2026-11-20T23:59:59.999999Z' },
    ]);
    const lsn = await task.watermark();
    await task.startEncoder();
    expect(await task.ids(52)).toEqual(range(0, 52));
    const { marks, files } = await task.marks((seen) => seen.some((mark) => mark.lsn === lsn));
    expect(files.map(({ seal }) => [seal.prefix, seal.rows, seal.reason]).sort()).toEqual([
      ['orders/day=20', 51, 'age'],
      ['orders/day=21', 1, 'age'],
    ]);
    expect(marks.find((mark) => mark.lsn === lsn)?.filesBefore).toBe(2);
  });

  test('seals by size, and keeps the files of other prefixes open', async () => {
    const task = await open({ fileBytesTarget: 300_000, fileAgeSecondsMax: 3 });
    await task.startEncoder();
    await task.rows(0, [{ id: -1, at: '2026-11-19T00:00:00.000000Z' }]);
    for (let from = 0; from < 4000; from += 1000) {
      const rows = range(from, from + 1000).map((id) => ({ id, note: noise(id, 300) }));
      await task.rows(0, rows);
    }
    expect(await task.ids(4001)).toEqual(range(-1, 4000));
    const { files } = await task.files(4001);
    const late = files.filter(({ seal }) => seal.prefix === 'orders/day=19');
    expect(late.map(({ seal }) => [seal.rows, seal.reason])).toEqual([[1, 'age']]);
    expect(files.filter(({ seal }) => seal.reason === 'size').length).toBeGreaterThanOrEqual(2);
  });

  test('seals the largest file when the process holds too much', async () => {
    const task = await open({ lanes: 2, fileAgeSecondsMax: 60 });
    const memoryBytesMax = 2_000_000;
    await task.startEncoder({ config: { ...encoderConfig(), memoryBytesMax } });
    for (let from = 0; from < 8000; from += 1000) {
      const rows = range(from, from + 1000).map((id) => ({ id, note: noise(id, 500) }));
      await task.rows((from / 1000) % 2, rows);
    }
    const { files } = await task.files(3000);
    expect(new Set(files.map(({ seal }) => seal.reason))).toEqual(new Set(['memory']));
  });

  test('reports fields that do not fit with the file that has the row', async () => {
    const task = await open();
    await task.startEncoder();
    await task.rows(0, [
      { id: 1 },
      { id: 2, note: null },
      { id: 3, note: null, oversize: ['note'] },
    ]);
    const { files } = await task.files(3);
    const record = await task.record(task.topics.dirty, 'oversize');
    expect(files[0]?.seal.dirty).toBe(1);
    expect(record).toMatchObject({ column: 'note', identity: ['0/1100', '0/1100', 2] });
  });

  test('frees what is in files', async () => {
    const task = await open();
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    await task.files(10);
    const low = async () =>
      (await task.kafka.topics.watermarks(task.topics.rows)).get(0)?.low ?? 0n;
    await eventually(async () => (await low()) > 0n);
  });

  test('halts the lane when a mutation is not above its predecessor, and says so', async () => {
    const task = await open({ lanes: 2, fileAgeSecondsMax: 60 });
    await task.startEncoder();
    await task.rows(0, [{ id: 1 }], 0x3000n);
    await task.rows(0, [{ id: 2 }], 0x2000n);
    const status = await task.status(({ error }) => error !== null);
    expect(status).toMatchObject({ lane: 0, error: { code: 'ORDER_VIOLATION', action: 'halt' } });
    const held = await task.kafka.topics.watermarks(task.topics.files);
    expect(held.get(0)?.high).toBe(0n);
  });

  test('starts a lane when it comes into use', async () => {
    const task = await open();
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    await task.rows(1, rowsOf(10, 20));
    const { files } = await task.files(10);
    expect(files.map(({ seal }) => seal.lane)).toEqual([0]);
    task.task = { ...task.task, lanes: 2 };
    await task.want('active');
    expect(await task.ids(20)).toEqual(range(0, 20));
  });

  test('opens each lane once, however often the task changes meanwhile', async () => {
    const task = await open({ fileAgeSecondsMax: 0.2 });
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 5));
    await task.files(5);
    for (const lane of [1, 2]) await task.rows(lane, rowsOf(lane * 5, lane * 5 + 5));
    await Promise.all([
      task.openLanes(3),
      ...Array.from({ length: 10 }, () => task.want('active')),
    ]);
    expect(await task.ids(15)).toEqual(range(0, 15));
    const lsn = await task.watermark();
    const { marks } = await task.marks(
      (seen) => seen.filter((mark) => mark.lsn === lsn).length > 2,
    );
    expect(marks.filter((mark) => mark.lsn === lsn)).toHaveLength(3);
    expect(await task.ids(15)).toEqual(range(0, 15));
  });

  test('opens a lane that came later, and says so in the marks of all lanes', async () => {
    const task = await open({ taskType: 'BASE_INC', fileAgeSecondsMax: 0.2 });
    await task.startEncoder();
    await task.base(0, rowsOf(0, 5));
    await task.endScan();
    await task.files(5);
    await task.baseVisible(0);
    await task.openLanes(2);
    await task.rows(1, rowsOf(5, 10));
    const lsn = await task.watermark();
    expect(await task.ids(10)).toEqual(range(0, 10));
    const { marks } = await task.marks(
      (seen) => seen.filter((mark) => mark.lsn === lsn).length > 1,
    );
    const last = marks.filter((mark) => mark.lsn === lsn);
    expect(last.map(({ lane }) => lane).sort()).toEqual([0, 1]);
    for (const { openings } of last) expect(openings).toMatchObject([{ opened: 2 }]);
  });

  test('never mixes two versions of the schema in a file', async () => {
    const task = await open({ fileAgeSecondsMax: 60 });
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    const change: ControlRecord = { control: 'schema', version: 2, lsn: '0/1180' };
    await task.control(change);
    await task.rows(0, rowsOf(10, 20));
    await task.files(10);
    await task.publishSchema(2, 'orders/month=$MM');
    await task.want('paused');
    const { files } = await task.files(20);
    expect(files.map(({ seal }) => [seal.prefix, seal.schemaVersion, seal.reason])).toEqual([
      ['orders/day=20', 1, 'schema'],
      ['orders/month=11', 2, 'pause'],
    ]);
  });
});

describe('a lane that dies', () => {
  test.each(['encoder.before-commit', 'encoder.after-commit'] as const)(
    'starts from its checkpoint when it fails at %s',
    async (point) => {
      const task = await open({ fileAgeSecondsMax: 0.3 });
      let failures = 3;
      const fails = async () => {
        failures -= 1;
        if (failures >= 0) throw new DeliveryError('KAFKA_UNAVAILABLE', 'a test wants it so');
        return Promise.resolve();
      };
      using _ = armFailpoint(point, fails);
      await task.startEncoder();
      for (let from = 0; from < 500; from += 100) {
        const rows = rowsOf(from, from + 100).map((row, index) =>
          index % 2 === 0 ? row : { ...row, at: `2026-11-${10 + (from % 3)}T00:00:00.000000Z` },
        );
        await task.rows(0, rows);
        await task.files(from + 100);
      }
      expect(await task.ids(500)).toEqual(range(0, 500));
      expect(failures).toBeLessThan(0);
    },
  );

  test.each(['encoder.before-commit', 'encoder.after-commit'] as const)(
    'knows which version it is at when it fails at %s around a change of the schema',
    async (point) => {
      const task = await open({ fileAgeSecondsMax: 0.3 });
      await task.publishSchema(2, 'orders/month=$MM');
      let failures = 1;
      const fails = async () => {
        failures -= 1;
        if (failures >= 0) throw new DeliveryError('KAFKA_UNAVAILABLE', 'a test wants it so');
        return Promise.resolve();
      };
      using _ = armFailpoint(point, fails);
      await task.startEncoder();
      await task.rows(0, rowsOf(0, 10));
      await task.control({ control: 'schema', version: 2, lsn: '0/1180' });
      await task.rows(0, rowsOf(10, 20));
      expect(await task.ids(20)).toEqual(range(0, 20));
      const { files } = await task.files(20);
      const versions = files.map(({ seal }) => `${seal.prefix} ${seal.schemaVersion}`);
      expect([...new Set(versions)]).toEqual(['orders/day=20 1', 'orders/month=11 2']);
      expect(failures).toBeLessThan(1);
    },
  );

  test('delivers every row once when its process is killed while rows flow', async () => {
    const task = await open({ lanes: 3, fileAgeSecondsMax: 0.2 });
    const victim = task.spawnEncoder();
    for (let batch = 0; batch < 60; batch++) {
      await task.rows(batch % 3, rowsOf(batch * 10, batch * 10 + 10));
      if (batch !== 40) continue;
      await task.files(100);
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      await task.startEncoder();
    }
    expect(await task.ids(600)).toEqual(range(0, 600));
  });

  test('leaves its lanes to another encoder when it stops', async () => {
    const task = await open({ lanes: 3, fileAgeSecondsMax: 0.3 });
    const first = await task.startEncoder();
    for (let lane = 0; lane < 3; lane++)
      await task.rows(lane, rowsOf(lane * 100, lane * 100 + 100));
    await task.files(300);
    await task.startEncoder();
    for (let lane = 0; lane < 3; lane++) {
      await task.rows(lane, rowsOf(300 + lane * 100, 400 + lane * 100));
    }
    const startedAt = performance.now();
    await task.stopEncoder(first);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (let lane = 0; lane < 3; lane++) {
      await task.rows(lane, rowsOf(600 + lane * 100, 700 + lane * 100));
    }
    expect(await task.ids(900)).toEqual(range(0, 900));
  });
});

describe('a task with a base', () => {
  test('reads the changes only when the base of all lanes is visible', async () => {
    const task = await open({ taskType: 'BASE_INC', lanes: 2, fileAgeSecondsMax: 60 });
    await task.startEncoder();
    await task.rows(0, rowsOf(100, 110));
    await task.base(0, rowsOf(0, 20));
    await task.base(1, rowsOf(20, 40));
    await task.endScan();
    const base = await task.marks((marks) => marks.length === 2);
    expect(base.marks.map(({ lane, baseSealed, lsn }) => ({ lane, baseSealed, lsn }))).toEqual(
      expect.arrayContaining([0, 1].map((lane) => ({ lane, baseSealed: true, lsn: null }))),
    );
    expect(base.files.map(({ seal }) => seal.reason)).toEqual(['end', 'end']);
    await task.baseVisible(0);
    await task.status(({ phase }) => phase === 'barrier');
    await task.baseVisible(1);
    await task.status(({ phase }) => phase === 'rows');
    const lsn = await task.watermark();
    await task.status(({ phase, openFiles }) => phase === 'rows' && openFiles === 1);
    await task.want('paused');
    expect(await task.ids(50)).toEqual([...range(0, 40), ...range(100, 110)]);
    const { marks } = await task.marks(
      (seen) => seen.filter((mark) => mark.lsn === lsn).length === 2,
    );
    expect(marks.every((mark) => mark.baseSealed)).toBe(true);
  });

  test('goes on at the barrier after a restart, and stops at E when it is BASE', async () => {
    const task = await open({ taskType: 'BASE', fileAgeSecondsMax: 0.3 });
    const first = await task.startEncoder();
    await task.base(0, rowsOf(0, 20));
    await task.rows(0, rowsOf(100, 110));
    await task.endScan();
    await task.rows(0, rowsOf(200, 210));
    await task.marks((marks) => marks.length === 1);
    await task.stopEncoder(first);
    await task.startEncoder();
    await task.baseVisible(0);
    const lsn = await task.watermark();
    await task.marks((marks) => marks.some((mark) => mark.lsn === lsn));
    expect(await task.ids(30)).toEqual([...range(0, 20), ...range(100, 110)]);
    const checkpoint = await task.record(
      task.topics.lanes,
      'checkpoint',
      (json) => laneCheckpoint.parse(json).phase === 'rows',
    );
    expect(checkpoint).toMatchObject({ baseSealed: true });
  });
});

describe('a task that is paused', () => {
  test('seals what is open, reads nothing, and goes on when it is resumed', async () => {
    const task = await open({ fileAgeSecondsMax: 60 });
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    await task.status(({ openFiles }) => openFiles === 1);
    await task.want('paused');
    const { files } = await task.files(10);
    expect(files.map(({ seal }) => seal.reason)).toEqual(['pause']);
    await task.status(({ phase }) => phase === 'paused');
    await task.rows(0, rowsOf(10, 20));
    await task.want('active');
    await task.status(({ phase, openFiles }) => phase === 'rows' && openFiles === 1);
    await task.want('paused');
    expect(await task.ids(20)).toEqual(range(0, 20));
  });

  test('lets go of its lanes while it holds back what it read', async () => {
    const task = await open({ fileAgeSecondsMax: 60 });
    await task.want('paused');
    const first = await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    await task.status(({ phase }) => phase === 'paused');
    await setTimeout(1_000);
    const startedAt = performance.now();
    await task.stopEncoder(first);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await task.want('active');
    await task.startEncoder();
    await task.status(({ openFiles }) => openFiles === 1);
    await task.want('paused');
    expect(await task.ids(10)).toEqual(range(0, 10));
  });

  test('leaves its group when it is deleted', async () => {
    const task = await open();
    await task.startEncoder();
    await task.rows(0, rowsOf(0, 10));
    await task.files(10);
    const group = `${task.topics.rows.replace(/rows$/, 'encoder')}`;
    expect((await task.kafka.topics.describeGroup(group)).members).toHaveLength(1);
    await task.want('deleting');
    await eventually(
      async () => (await task.kafka.topics.describeGroup(group)).members.length === 0,
    );
  });
});

/** Text that does not compress. */
function noise(seed: number, length: number): string {
  let state = (seed * 2654435761) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}
