import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileSeal } from '@lakeferry/contracts';
import { openTaskStore, type TaskStore } from './open-task-store.js';
import { createControlDatabase, type ControlDatabase } from './testing/control-database.js';
import { seedTask } from './testing/seed-task.js';
import { testControlUrl } from './testing/test-control-url.js';

/** Of an interactive transaction, unless it is given another one. */
const LIMIT_OF_PRISMA_MS = 5_000;
const FIRST = new Date('2026-11-20T10:00:00.123Z');
const SECOND = new Date('2026-11-21T10:00:00.456Z');

describe('the bucket of a lane', () => {
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

  /** A lane with files of 3 rows each, those first named visible. */
  async function lane(visible: number, assigned = 0) {
    const { taskId } = await seedTask(store);
    const place = { taskId, lane: 0, destination: `s3/${taskId}` };
    const ids: string[] = [];
    for (let n = 0; n < visible + assigned; n += 1) {
      const file: FileSeal = {
        ...{ v: 1, fileId: randomUUID(), lane: 0, phase: 'rows', content: 'parquet', prefix: 'p' },
        ...{ rows: 3, bytes: 100, sha256: 'a'.repeat(64), chunks: 1, reason: 'age', dirty: 0 },
        ...{ first: ['0/1', '0/1', 0], last: ['0/2', '0/2', 0], schemaVersion: 1 },
      };
      const highestListed = () => Promise.resolve(0);
      await store.ledger.assignSequence({
        ...{ taskId, file, destination: place.destination, keyPrefix: 'p/t_0_p__', highestListed },
      });
      ids.push(file.fileId);
    }
    await store.ledger.markVisible(ids.slice(0, visible));
    return { place, ids };
  }

  it('is unknown at first, then known, then missed', async () => {
    const { place } = await lane(0);
    expect(await store.buckets.of(place)).toMatchObject({ epoch: 0, createdAt: null });
    await store.buckets.found(place, FIRST);
    expect(await store.buckets.of(place)).toMatchObject({ createdAt: FIRST, missing: false });
    await store.buckets.missed(place);
    expect(await store.buckets.of(place)).toMatchObject({ createdAt: FIRST, missing: true });
  });

  it('is delivered to again once, whoever notices that it is another', async () => {
    const { place, ids } = await lane(3, 1);
    const before = await store.buckets.of(place);
    await Promise.all([1, 2, 3].map(() => store.buckets.beginRedelivery(place, before, SECOND)));
    expect(await store.buckets.of(place)).toMatchObject({
      ...{ epoch: 1, createdAt: SECOND, redelivering: true, objects: 3, done: 0 },
    });
    const totals = await store.ledger.totals(place.taskId);
    const current = { ...place, epoch: 1 };
    await store.ledger.markVisible(ids.slice(0, 1), undefined, current);
    await store.ledger.markVisible(ids.slice(0, 1), undefined, current);
    expect(await store.buckets.of(place)).toMatchObject({ objects: 3, done: 1 });
    expect(await store.buckets.absentUnder(current, { limit: 9 })).toEqual(['p/t_0_p__']);
    const after = 'p/t_0_p__';
    expect(await store.buckets.absentUnder(current, { limit: 9, after })).toEqual([]);
    await store.buckets.present(current, ['p/t_0_p__2', 'p/t_0_p__4']);
    expect(await store.ledger.totals(place.taskId)).toEqual(totals);
    expect(await store.buckets.endRedelivery(current)).toMatchObject({
      ...{ redelivering: false, objects: 3, done: 2, lostObjects: 1, lostRows: 3 },
    });
    await store.ledger.markVisible(ids.slice(2), undefined, current);
    expect(await store.buckets.of(place)).toMatchObject({ done: 3, lostObjects: 0, lostRows: 0 });
    expect(await store.ledger.totals(place.taskId)).toMatchObject({ objects: 4, rows: 12 });
  });

  it('does not take what a predecessor of the writer says for its own epoch', async () => {
    const { place, ids } = await lane(1, 1);
    await store.buckets.beginRedelivery(place, { epoch: 0 }, SECOND);
    await store.ledger.markVisible(ids.slice(1), undefined, { ...place, epoch: 0 });
    const file = await store.ledger.assigned(ids[1] ?? '');
    expect(file).toMatchObject({ state: 'visible', epoch: 0 });
  });

  it('knows its newest objects, before a time too', async () => {
    const { place } = await lane(3);
    const newest = await store.buckets.newest(place, { limit: 2 });
    expect(newest.map(({ objectKey }) => objectKey)).toEqual(['p/t_0_p__3', 'p/t_0_p__2']);
    expect(await store.buckets.newest(place, { limit: 2, before: FIRST })).toEqual([]);
  });

  it('begins and ends its redelivery however long the files take to be counted', async () => {
    const begun = await lane(2);
    const ended = await lane(2);
    await store.buckets.beginRedelivery(ended.place, { epoch: 0 }, SECOND);
    const held = await holdFiles(database.url);
    const begin = store.buckets.beginRedelivery(begun.place, { epoch: 0 }, SECOND);
    const end = store.buckets.endRedelivery({ ...ended.place, epoch: 1 });
    await sleep(LIMIT_OF_PRISMA_MS + 1_000);
    await held.release();
    await begin;
    expect(await store.buckets.of(begun.place)).toMatchObject({ epoch: 1, objects: 2 });
    expect(await end).toMatchObject({ redelivering: false, lostObjects: 2, lostRows: 6 });
  }, 30_000);

  it('is forgotten with its task', async () => {
    const { place } = await lane(1);
    await store.buckets.found(place, FIRST);
    await store.tasks.changeState(place.taskId, ['active'], 'deleting');
    await store.tasks.markDeleted(place.taskId, []);
    expect(await store.buckets.of(place)).toMatchObject({ createdAt: null });
    expect(await store.ledger.totals(place.taskId)).toMatchObject({ objects: 1 });
  });
});

/** Nobody reads files of the ledger until they are released. */
async function holdFiles(url: string) {
  const connection = await new PrismaPg({ connectionString: url }).connect();
  const transaction = await connection.startTransaction();
  const sql = 'LOCK TABLE ledger_file IN ACCESS EXCLUSIVE MODE';
  await transaction.executeRaw({ sql, args: [], argTypes: [] });
  return {
    release: async () => {
      await transaction.executeRaw({ sql: 'ROLLBACK', args: [], argTypes: [] });
      await transaction.rollback();
      await connection.dispose();
    },
  };
}
