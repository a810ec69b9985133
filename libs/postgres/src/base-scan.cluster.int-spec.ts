import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '@lakeferry/runtime';
import { testStack } from '@lakeferry/testing';
import { findTable, type TableDescription } from './catalog.js';
import { findOldFrozenRows } from './frozen-rows.js';
import { lsnOf, parseLsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { ensurePublication, ensureTables } from './publication.js';
import { readChunk } from './scan-chunk.js';
import { chunkAt } from './scan-chunks.js';
import { startScanPlan, type ScanPlan } from './scan-plan.js';
import { ensureSlot } from './slot.js';
import { RecordedStream, type ReadMutation } from './testing/recorded-stream.js';
import { scanTable } from './testing/scan-table.js';
import { createTestDatabase, type TestDatabase } from './testing/test-database.js';
import { SnapshotWorkload } from './testing/snapshot-workload.js';
import { readWalPosition } from './wal-position.js';

describe('the base scan', () => {
  let database: TestDatabase;
  let session: PgSession;

  beforeAll(async () => {
    database = await createTestDatabase();
    session = await database.open();
    // What a scan needs on a server whose transaction ids have wrapped around.
    await session.query('CREATE EXTENSION pageinspect');
  });

  afterAll(async () => {
    await database.drop();
  }, 20_000);

  async function described(name: string): Promise<TableDescription> {
    return must(await findTable(session, { schema: 'public', name }), name);
  }

  function planFor(table: TableDescription, timeLimitMs = 10_000) {
    return startScanPlan({ url: database.url, applicationName: 'spec', table, timeLimitMs });
  }

  async function readFirst(plan: ScanPlan, chunkPages = 100): Promise<number> {
    const result = await readChunk({
      session,
      ...chunkAt(plan.leaves, chunkPages, 0),
      snapshot: plan.snapshot,
      consistentPoint: plan.consistentPoint,
      copyColumns: [{ name: 'id', typeOid: 20, baseTypeOid: 20 }],
      flushTimeLimitMs: 5_000,
      sink: { row: () => undefined },
    });
    return result.rows;
  }

  it('reads leaf by leaf, numbers blocks through the leaves, and copes with odd columns', async () => {
    await session.query(`
      CREATE TABLE public.odd (gone int, "Id" int PRIMARY KEY, "it's \\ ""odd""" text) PARTITION BY RANGE ("Id");
      CREATE TABLE public.odd_1 PARTITION OF public.odd FOR VALUES FROM (0) TO (1000);
      CREATE TABLE public.odd_2 (x int, "it's \\ ""odd""" text, "Id" int NOT NULL, gone int);
      ALTER TABLE public.odd_2 DROP COLUMN x;
      ALTER TABLE public.odd ATTACH PARTITION public.odd_2 FOR VALUES FROM (1000) TO (9000);
      INSERT INTO public.odd SELECT i, i, 'v' || i FROM generate_series(1, 3000) i;
      ALTER TABLE public.odd DROP COLUMN gone;
      ALTER TABLE public.odd ADD COLUMN fast text DEFAULT 'fast "default"';`);
    const table = await described('odd');
    const plan = await planFor(table).result;
    expect(plan.leaves.map((leaf) => leaf.name)).toEqual(['public.odd_1', 'public.odd_2']);
    expect(plan.leaves[1]?.firstBlock).toBe(plan.leaves[0]?.pages);
    const lines = await scanTable({ session, plan, table, chunkPages: 3 });
    const rows = lines.map((line) => JSON.parse(line) as ReadMutation);
    expect(rows.length).toBe(3000);
    expect(rows[2999]).toMatchObject({
      op: 'r',
      table: 'public.odd',
      at: plan.plannedAt,
      key: { Id: 3000 },
      row: { Id: 3000, 'it\'s \\ "odd"': 'v3000', fast: 'fast "default"' },
    });
    const pages = rows.map((row) => must(row.page, 'a page'));
    for (let index = 1; index < pages.length; index += 1) {
      const [block, tuple] = pages[index] ?? [0, 0];
      const [lastBlock, lastTuple] = pages[index - 1] ?? [0, 0];
      expect(block > lastBlock || (block === lastBlock && tuple > lastTuple)).toBe(true);
    }
  });

  it('refuses a table that was rewritten, emptied or dropped since the plan', async () => {
    const setUp = `CREATE TABLE public.rewritten AS SELECT i AS id FROM generate_series(1, 100) i`;
    await session.query(setUp);
    const changes = [
      'VACUUM FULL public.rewritten',
      'ALTER TABLE public.rewritten ALTER id TYPE bigint',
      'TRUNCATE public.rewritten',
    ];
    for (const change of changes) {
      const plan = await planFor(await described('rewritten')).result;
      await session.query(change);
      await expect(
        readFirst({ ...plan, leaves: [{ ...must(plan.leaves[0], 'leaf'), pages: 1 }] }),
      ).rejects.toMatchObject({
        code: 'SOURCE_TABLE_REWRITTEN',
      });
    }
    await session.query('DROP TABLE public.rewritten');
    await session.query(setUp);
    const plan = await planFor(await described('rewritten')).result;
    await session.query('ALTER TABLE public.rewritten RENAME TO renamed');
    expect(await readFirst(plan)).toBe(100);
    await session.query('DROP TABLE public.renamed');
    await expect(readFirst(plan)).rejects.toMatchObject({ code: 'SOURCE_TABLE_CHANGED' });
  });

  it('says which transaction it waits for, gives up in time, and leaves nothing behind', async () => {
    await session.query('CREATE TABLE public.waited (id int PRIMARY KEY)');
    const table = await described('waited');
    const blocker = await database.open();
    await blocker.query('BEGIN; INSERT INTO public.waited VALUES (1)');
    const planning = planFor(table, 2_000);
    let waiting = null;
    for (let attempt = 0; attempt < 100 && waiting === null; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      waiting = await planning.waitingFor(session);
    }
    expect(waiting).toMatchObject({
      pid: blocker.processId,
      applicationName: 'postgres spec',
      user: decodeURIComponent(new URL(testStack().postgresUrl).username),
    });
    expect(waiting?.startedAt).toMatch(/^\d{4}-/);
    await expect(planning.result).rejects.toMatchObject({ code: 'SOURCE_LOCK_TIMEOUT' });
    const cancelled = planFor(table, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cancelled.cancel();
    await expect(cancelled.result).rejects.toMatchObject({ code: 'SOURCE_LOCK_TIMEOUT' });
    const slots = await session.query(
      'SELECT 1 FROM pg_replication_slots WHERE database = current_database()',
    );
    expect(slots).toEqual([]);
    await blocker.query('COMMIT');
    expect((await planFor(table).result).leaves.length).toBe(1);
  }, 20_000);

  it('waits until the log is flushed even on a server that does not flush by itself', async () => {
    await session.query('CREATE TABLE public.lazy AS SELECT i AS id FROM generate_series(1, 10) i');
    const plan = await planFor(await described('lazy')).result;
    await session.query("SET synchronous_commit = 'off'");
    for (let round = 0; round < 20; round += 1) {
      await session.query(`INSERT INTO public.lazy VALUES (${round})`);
      expect(await readFirst(plan)).toBe(10);
      const { flushLsn } = await readWalPosition(session);
      const { insertLsn } = await readWalPosition(session);
      expect(flushLsn <= insertLsn).toBe(true);
    }
    await session.query('RESET synchronous_commit');
  });

  it('judges frozen rows by their page, and halts where that does not tell', async () => {
    await session.query(`CREATE TABLE public.aged (id int);
      INSERT INTO public.aged SELECT generate_series(1, 5);`);
    await session.query('VACUUM (FREEZE) public.aged');
    const frozenBefore = (await readWalPosition(session)).insertLsn;
    await session.query('INSERT INTO public.aged VALUES (6)');
    const ids = await session.query<{ next: string }>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
    );
    const next = BigInt(must(ids[0], 'a row').next);
    // Far back, but no id that a young cluster never had.
    const long = next > 1_003n ? next - 1_000n : 3n;
    const query = {
      session,
      table: 'public.aged',
      range: "ctid >= '(0,0)'",
      xid: `(${next} - age(xmin))`,
      snapshot: `${long}:${long}:`,
      nextXid: next,
    };
    await expect(
      findOldFrozenRows({ ...query, consistentPoint: frozenBefore }),
    ).rejects.toMatchObject({ code: 'SOURCE_XID_AMBIGUOUS' });
    const { insertLsn } = await readWalPosition(session);
    expect(await findOldFrozenRows({ ...query, consistentPoint: lsnOf(insertLsn + 1n) })).toEqual([
      '(0,1)',
      '(0,2)',
      '(0,3)',
      '(0,4)',
      '(0,5)',
    ]);
    expect(
      await findOldFrozenRows({
        ...query,
        snapshot: `${next}:${next}:`,
        consistentPoint: insertLsn,
      }),
    ).toEqual([]);
    await session.query('DROP EXTENSION pageinspect');
    await expect(findOldFrozenRows({ ...query, consistentPoint: insertLsn })).rejects.toMatchObject(
      {
        code: 'SOURCE_XID_AMBIGUOUS',
      },
    );
    await session.query('CREATE EXTENSION pageinspect');
  });

  it('joins with the stream: every version exactly once while writers replace rows in mid-scan', async () => {
    const workload = await SnapshotWorkload.create({ database, rows: 5_000, writers: 6 });
    const table = await described('versions');
    await ensurePublication(session, 'join');
    await ensureTables(session, { publication: 'join', tables: [table] });
    const slotName = `${database.name}_join`;
    const slot = await ensureSlot(session, { slotName });
    workload.start();
    const plan = await planFor(table, 20_000).result;
    const lines = await scanTable({
      session,
      plan,
      table,
      chunkPages: 4,
      beforeChunk: () => new Promise((resolve) => setTimeout(resolve, 40)),
    });
    const journal = await workload.stop();
    const { insertLsn } = await readWalPosition(session);
    const recorded = await RecordedStream.open({
      database,
      tables: [table],
      slotName,
      publication: 'join',
      startLsn: must(slot.consistentPoint, 'a new slot has a point'),
    });
    await recorded.passed(insertLsn);
    await recorded.stream.stop();
    const base = lines.map((line) => JSON.parse(line) as ReadMutation);
    const changes = recorded.mutations.filter(
      (m) => m.op !== 'd' && parseLsn(m.lsn) >= plan.consistentPoint,
    );
    const versionsOf = (mutations: readonly ReadMutation[]) =>
      mutations.map((mutation) => String(mutation.row?.['version']));
    const delivered = [...versionsOf(base), ...versionsOf(changes)];
    expect(new Set(delivered).size).toBe(delivered.length);
    const committed = new Set(journal.committed);
    expect(delivered.filter((version) => !committed.has(version))).toEqual([]);
    const present = await session.query<{ version: string }>(
      'SELECT version::text AS version FROM public.versions',
    );
    const seen = new Set(delivered);
    expect(present.filter((row) => !seen.has(row.version))).toEqual([]);
    const streamed = new Set(versionsOf(changes));
    const early = versionsOf(
      recorded.mutations.filter((m) => parseLsn(m.lsn) < plan.consistentPoint),
    );
    const known = new Set([...seen, ...early, ...journal.initial]);
    expect(journal.committed.filter((version) => !known.has(version))).toEqual([]);
    expect(streamed.size).toBeGreaterThan(200);
  }, 60_000);
});
