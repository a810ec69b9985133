import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileSeal } from '@lakeferry/contracts';
import { openTaskStore, type TaskStore } from './open-task-store.js';
import { createControlDatabase, type ControlDatabase } from './testing/control-database.js';
import { seedTask } from './testing/seed-task.js';
import { testControlUrl } from './testing/test-control-url.js';

let database: ControlDatabase;
let store: TaskStore;

beforeAll(async () => {
  database = await createControlDatabase(testControlUrl());
  store = await openTaskStore(database.url);
}, 60_000);

afterAll(async () => {
  await store.close();
  await database[Symbol.asyncDispose]();
});

function seal(change: Partial<FileSeal> = {}): FileSeal {
  return {
    ...{ v: 1, fileId: randomUUID(), lane: 0, phase: 'rows', prefix: 'p', rows: 3, bytes: 100 },
    ...{ sha256: 'a'.repeat(64), chunks: 1, first: ['0/1', '0/1', 0], last: ['0/2', '0/2', 0] },
    ...{ reason: 'age', dirty: 1, schemaVersion: 1, content: 'parquet' },
    ...change,
  };
}

function request(taskId: string, file: FileSeal, listed = 0) {
  const keyPrefix = `p/t_0_p__`;
  const highestListed = () => Promise.resolve(listed);
  return { taskId, file, destination: `s3/${taskId}`, keyPrefix, highestListed };
}

describe('assigning sequences', () => {
  it('counts from 1 without gaps, and asks the bucket before the first file only', async () => {
    const { taskId } = await seedTask(store);
    let asked = 0;
    for (const sequence of [1, 2, 3]) {
      const highestListed = () => Promise.resolve((asked += 1) * 0);
      const assigned = await store.ledger.assignSequence({
        ...request(taskId, seal()),
        highestListed,
      });
      expect(assigned).toMatchObject({
        ...{ sequence, objectKey: `p/t_0_p__${sequence}`, state: 'assigned' },
      });
    }
    expect(asked).toBe(1);
  });

  it('gives a file its place once, whoever asks and however often', async () => {
    const { taskId } = await seedTask(store);
    const files = Array.from({ length: 6 }, () => seal());
    const asks = files.flatMap((file) => [file, file, file]);
    const places = await Promise.all(
      asks.map((file) => store.ledger.assignSequence(request(taskId, file, 4))),
    );
    for (let at = 0; at < asks.length; at += 3) {
      expect(places[at + 1]).toEqual(places[at]);
      expect(places[at + 2]).toEqual(places[at]);
    }
    const sequences = new Set(places.map(({ sequence }) => sequence));
    expect([...sequences].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it.each([
    { listed: 0, expected: 3 },
    { listed: 2, expected: 3 },
    { listed: 9, expected: 10 },
  ])(
    'starts a re-created task above $listed listed and 2 assigned before',
    async ({ listed, expected }) => {
      const first = await seedTask(store);
      const place = { destination: `shared/${first.taskId}` };
      for (let n = 0; n < 2; n += 1) {
        await store.ledger.assignSequence({ ...request(first.taskId, seal()), ...place });
      }
      const second = await seedTask(store);
      const assigned = await store.ledger.assignSequence({
        ...request(second.taskId, seal(), listed),
        ...place,
      });
      expect(assigned.sequence).toBe(expected);
    },
  );

  it('goes on where it was under a destination of another name, and back again', async () => {
    const { taskId } = await seedTask(store);
    const assigned = [];
    for (const name of ['one', 'one', 'other', 'other', 'one']) {
      const asked = { ...request(taskId, seal()), destination: `${name}/${taskId}` };
      assigned.push(await store.ledger.assignSequence(asked));
    }
    expect(assigned.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a deleted task and one that never was', async () => {
    const { taskId } = await seedTask(store);
    const file = seal();
    await store.ledger.assignSequence(request(taskId, file));
    await store.tasks.changeState(taskId, ['active'], 'deleting');
    await store.tasks.markDeleted(taskId, []);
    for (const id of [taskId, randomUUID()]) {
      await expect(store.ledger.assignSequence(request(id, seal()))).rejects.toMatchObject({
        code: 'LEDGER_TASK_DELETED',
      });
    }
    expect(await store.ledger.assigned(file.fileId)).toMatchObject({ sequence: 1 });
  });
});

describe('visible objects', () => {
  it('are counted and listed newest first, page by page', async () => {
    const { taskId } = await seedTask(store);
    const files = Array.from({ length: 5 }, () => seal());
    for (const file of files) await store.ledger.assignSequence(request(taskId, file));
    await store.ledger.markVisible(files.slice(0, 3).map(({ fileId }) => fileId));
    await store.ledger.markVisible([files[0]?.fileId ?? '']);
    expect(await store.ledger.totals(taskId)).toEqual({
      objects: 3,
      rows: 9,
      bytes: 300,
      dirty: 3,
    });

    const first = await store.ledger.objects(taskId, { limit: 2 });
    expect(first.objects.map(({ sequence }) => sequence)).toEqual([5, 4]);
    const second = await store.ledger.objects(taskId, { limit: 2, before: first.next ?? '' });
    expect(second.objects.map(({ sequence, state }) => [sequence, state])).toEqual([
      [3, 'visible'],
      [2, 'visible'],
    ]);
    const third = await store.ledger.objects(taskId, { limit: 2, before: second.next ?? '' });
    expect(third).toMatchObject({ objects: [{ sequence: 1, first: ['0/1', '0/1', 0] }] });
    expect(third.next).toBeUndefined();
    const visible = await store.ledger.objects(taskId, { limit: 9, state: 'visible' });
    expect(visible.objects).toHaveLength(3);
  });

  it('of dirty fields are listed as what they are, and not counted', async () => {
    const { taskId } = await seedTask(store);
    const rows = seal();
    const dirty = seal({ content: 'dirty', prefix: 'dirty', dirty: 0 });
    for (const file of [rows, dirty]) {
      await store.ledger.assignSequence({
        ...request(taskId, file),
        keyPrefix: `${file.prefix}/t_0_${file.prefix}__`,
      });
    }
    await store.ledger.markVisible([rows.fileId, dirty.fileId]);
    expect(await store.ledger.totals(taskId)).toEqual({
      ...{ objects: 1, rows: 3, bytes: 100, dirty: 1 },
    });
    const { objects } = await store.ledger.objects(taskId, { limit: 9 });
    expect(objects.map(({ content, objectKey }) => [content, objectKey])).toEqual([
      ['dirty', 'dirty/t_0_dirty__1'],
      ['parquet', 'p/t_0_p__1'],
    ]);
  });

  it('can not be a file without a place; nothing is saved then', async () => {
    const { taskId } = await seedTask(store);
    const position = lanePosition(taskId, 7n);
    await expect(store.ledger.markVisible([randomUUID()], position)).rejects.toMatchObject({
      code: 'INVARIANT_BROKEN',
    });
    expect(await store.ledger.laneState(taskId, 0)).toBeUndefined();
  });
});

function lanePosition(taskId: string, nextOffset: bigint) {
  return {
    ...{ taskId, lane: 0, nextOffset, baseVisible: true },
    ...{ deliveredLsn: '0/1A', deliveredAt: '2026-11-20T10:00:00.123456Z' },
    openings: [{ opened: 2, lsn: '0/19', at: null }],
  };
}

describe('the position of a lane', () => {
  it('goes forward only: a writer that lost the lane changes nothing', async () => {
    const { taskId } = await seedTask(store);
    await store.ledger.saveLane(lanePosition(taskId, 10n));
    await store.ledger.saveLane({ ...lanePosition(taskId, 9n), deliveredLsn: '0/9' });
    expect(await store.ledger.laneState(taskId, 0)).toEqual(lanePosition(taskId, 10n));
    await store.ledger.saveLane({ ...lanePosition(taskId, 10n), deliveredLsn: '0/B' });
    expect(await store.ledger.laneState(taskId, 0)).toMatchObject({ deliveredLsn: '0/B' });
  });
});
