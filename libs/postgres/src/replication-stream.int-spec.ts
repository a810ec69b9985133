import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { must } from '@lakeferry/runtime';
import { findTable, type TableDescription } from './catalog.js';
import { laneOf } from './lane.js';
import { parseLsn, type Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { ensurePublication, ensureTables } from './publication.js';
import { openReplicationStream } from './replication-stream.js';
import { dropSlot, ensureSlot, readSlot, terminatePredecessor } from './slot.js';
import { RecordedStream } from './testing/recorded-stream.js';
import {
  TEST_WAL_SENDER_TIMEOUT_MS,
  createTestDatabase,
  type TestDatabase,
} from './testing/test-database.js';
import { readWalPosition } from './wal-position.js';

const BIG = `(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i)`;

describe('the replication stream', () => {
  let database: TestDatabase;
  let session: PgSession;
  let slotName: string;
  let startLsn: Lsn;
  let recorded: RecordedStream | null = null;

  beforeAll(async () => {
    database = await createTestDatabase();
    session = await database.open();
    await session.query(`
      CREATE TABLE public.keyed (id int PRIMARY KEY, note text, n int);
      ALTER TABLE public.keyed ALTER note SET STORAGE EXTERNAL;
      CREATE TABLE public.whole (id int, note text);
      ALTER TABLE public.whole ALTER note SET STORAGE EXTERNAL;
      ALTER TABLE public.whole REPLICA IDENTITY FULL;
      CREATE TABLE public.indexed (a int, b text NOT NULL, c int);
      CREATE UNIQUE INDEX indexed_b ON public.indexed (b);
      ALTER TABLE public.indexed REPLICA IDENTITY USING INDEX indexed_b;
      CREATE TABLE public.parts (day date, id int, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
      CREATE TABLE public.parts_1 (junk int, v text, id int NOT NULL, day date NOT NULL);
      ALTER TABLE public.parts_1 DROP COLUMN junk;
      ALTER TABLE public.parts ATTACH PARTITION public.parts_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE public.parts_2 PARTITION OF public.parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');`);
    await ensurePublication(session, 'spec');
    await ensureTables(session, { publication: 'spec', tables: await tables() });
  }, 30_000);

  beforeEach(async () => {
    slotName = `${database.name}_stream`;
    const slot = await ensureSlot(session, { slotName });
    startLsn = must(slot.consistentPoint, 'a new slot has a point');
  });

  afterEach(async () => {
    await recorded?.stream.stop();
    recorded = null;
    await terminatePredecessor(session, { slotName, timeLimitMs: 5_000 });
    await dropSlot(session, slotName);
  });

  afterAll(async () => {
    await database.drop();
  }, 20_000);

  async function tables(): Promise<TableDescription[]> {
    const found: TableDescription[] = [];
    for (const name of ['keyed', 'whole', 'indexed', 'parts']) {
      found.push(must(await findTable(session, { schema: 'public', name }), name));
    }
    return found;
  }

  /** Runs the statements, then streams up to their end. */
  async function streamed(sql: string, from: Lsn = startLsn): Promise<RecordedStream> {
    if (sql !== '') await session.query(sql);
    const { insertLsn } = await readWalPosition(session);
    recorded = await RecordedStream.open({
      database,
      tables: await tables(),
      slotName,
      publication: 'spec',
      startLsn: from,
    });
    await recorded.passed(insertLsn);
    return recorded;
  }

  it('decodes inserts, updates, key updates and deletes', async () => {
    const { mutations, lanes } = await streamed(`
      INSERT INTO public.keyed VALUES (1, 'a', 1);
      UPDATE public.keyed SET n = 2 WHERE id = 1;
      UPDATE public.keyed SET id = 5 WHERE id = 1;
      DELETE FROM public.keyed WHERE id = 5`);
    expect(mutations.map(({ op, key, row }) => ({ op, key, row }))).toEqual([
      { op: 'c', key: { id: 1 }, row: { id: 1, note: 'a', n: 1 } },
      { op: 'u', key: { id: 1 }, row: { id: 1, note: 'a', n: 2 } },
      { op: 'u', key: { id: 5 }, row: { id: 5, note: 'a', n: 2 } },
      { op: 'd', key: { id: 5 }, row: undefined },
    ]);
    expect(Object.keys(mutations[0] ?? {})).toEqual([
      'op',
      'table',
      'lsn',
      'at',
      'change',
      'key',
      'row',
    ]);
    expect(lanes[0]).toBe('{"id":1}');
    expect(mutations[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const age = Date.now() - Date.parse(mutations[0]?.at ?? '');
    expect(Math.abs(age)).toBeLessThan(60_000);
  });

  it('names unchanged TOAST columns, and fills them under REPLICA IDENTITY FULL', async () => {
    const { mutations } = await streamed(`
      INSERT INTO public.keyed VALUES (2, ${BIG}, 1);
      INSERT INTO public.whole VALUES (2, ${BIG});
      UPDATE public.keyed SET n = 2 WHERE id = 2;
      UPDATE public.whole SET id = 3 WHERE id = 2;
      DELETE FROM public.whole WHERE id = 3`);
    expect(mutations[2]).toMatchObject({ row: { id: 2, note: null, n: 2 }, unchanged: ['note'] });
    expect(mutations[3]?.unchanged).toBeUndefined();
    expect(mutations[3]?.row?.['note']).toBe(mutations[1]?.row?.['note']);
    expect(mutations[3]?.key).toBeUndefined();
    const gone = mutations[4];
    expect(Object.keys(gone ?? {})).toEqual(['op', 'table', 'lsn', 'at', 'change', 'key']);
    expect(gone?.key).toEqual({ id: 3, note: mutations[1]?.row?.['note'] });
  });

  it('hashes the identity where there is no key', async () => {
    const { mutations, lanes } = await streamed('INSERT INTO public.whole VALUES (9, NULL)');
    expect(lanes[0]).toBe(JSON.stringify(mutations[0]?.change));
    const bytes = Buffer.from(lanes[0] ?? '');
    expect(laneOf(bytes, 0, bytes.length, 4)).toBeLessThan(4);
  });

  it('takes the key from the replica identity index', async () => {
    const { mutations } = await streamed(`
      INSERT INTO public.indexed VALUES (1, 'k', 1);
      UPDATE public.indexed SET b = 'l', a = 2; DELETE FROM public.indexed`);
    expect(mutations.map((mutation) => mutation.key)).toEqual([{ b: 'k' }, { b: 'l' }, { b: 'l' }]);
  });

  it('numbers the changes of one record, and identities ascend over savepoints', async () => {
    const { mutations } = await streamed(`
      BEGIN;
      INSERT INTO public.keyed SELECT i, 'x', i FROM generate_series(100, 150) i;
      SAVEPOINT a; UPDATE public.keyed SET n = 0 WHERE id > 120;
      SAVEPOINT b; INSERT INTO public.keyed VALUES (1000, 'lost', 0); ROLLBACK TO b;
      DELETE FROM public.keyed WHERE id < 110; RELEASE a;
      INSERT INTO public.keyed VALUES (2000, 'kept', 0);
      COMMIT;
      CREATE TEMPORARY TABLE many AS SELECT i, 'm' AS note, i AS n FROM generate_series(3000, 3200) i;
      INSERT INTO public.keyed SELECT * FROM many; DELETE FROM public.keyed WHERE id >= 3000`);
    expect(mutations.some((mutation) => mutation.row?.['note'] === 'lost')).toBe(false);
    expect(mutations.filter((m) => m.op === 'c').length).toBe(51 + 1 + 201);
    expectAscending(mutations);
  });

  it('gives the rows that COPY loads ascending identities', async () => {
    const { mutations } = await streamed(
      `COPY public.keyed FROM PROGRAM 'seq 5000 5500 | sed "s/.*/&,copied,&/"' (DELIMITER ',')`,
    );
    expect(mutations.length).toBe(501);
    expect(mutations.some((mutation) => (mutation.change?.[1] ?? 0) > 0)).toBe(true);
    expectAscending(mutations);
  });

  it('publishes partitions through the root, whatever their column order', async () => {
    const { mutations } = await streamed(`
      INSERT INTO public.parts VALUES ('2026-01-05', 1, 'a'), ('2026-02-05', 2, 'b');
      UPDATE public.parts SET v = 'c' WHERE id = 1;
      UPDATE public.parts SET day = '2026-02-06' WHERE id = 1`);
    expect(mutations.every((mutation) => mutation.table === 'public.parts')).toBe(true);
    expect(mutations.map(({ op, key, row }) => ({ op, key, v: row?.['v'] }))).toEqual([
      { op: 'c', key: { day: '2026-01-05', id: 1 }, v: 'a' },
      { op: 'c', key: { day: '2026-02-05', id: 2 }, v: 'b' },
      { op: 'u', key: { day: '2026-01-05', id: 1 }, v: 'c' },
      { op: 'd', key: { day: '2026-01-05', id: 1 }, v: undefined },
      { op: 'c', key: { day: '2026-02-06', id: 1 }, v: 'c' },
    ]);
  });

  it('starts behind what was acknowledged, and at a position given', async () => {
    const first = await streamed(`INSERT INTO public.keyed VALUES (21, 'first', 0)`);
    const end = must(first.commits.at(-1), 'a commit').end;
    first.stream.acknowledge(end);
    await first.stream.stop();
    const slot = must(await readSlot(session, slotName), 'the slot');
    expect(slot.confirmedFlushLsn).toBe(end);
    const second = await streamed(`INSERT INTO public.keyed VALUES (22, 'second', 0)`, end);
    expect(second.mutations.map((mutation) => mutation.key)).toEqual([{ id: 22 }]);
    await second.stream.stop();
    const again = await streamed('', end);
    expect(again.mutations).toEqual(second.mutations);
  });

  it('sends the same bytes for the same changes again', async () => {
    const first = await streamed(`INSERT INTO public.keyed VALUES (31, 'x', 0)`);
    await first.stream.stop();
    const again = await streamed('');
    expect(again.lines).toEqual(first.lines);
  });

  it('goes on after being held, and lives longer than the sender timeout meanwhile', async () => {
    const live = await streamed('');
    live.stream.hold();
    await session.query(
      `INSERT INTO public.keyed SELECT i, repeat('x', 5000), i FROM generate_series(10000, 12000) i`,
    );
    const { insertLsn } = await readWalPosition(session);
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    expect(live.mutations.length).toBeLessThan(2_001);
    live.stream.release();
    await live.passed(insertLsn);
    expect(live.mutations.length).toBe(2_001);
  }, 20_000);

  it('learns how far an idle stream is, at once', async () => {
    const live = await streamed('');
    await session.query('CREATE TABLE IF NOT EXISTS public.unpublished (x int)');
    await session.query('INSERT INTO public.unpublished VALUES (1)');
    const { insertLsn } = await readWalPosition(session);
    await live.passed(insertLsn, 3_000);
    expect(live.walEnd).toBeGreaterThanOrEqual(insertLsn);
  });

  it('ends with a code when its walsender is taken away or the slot is busy or missing', async () => {
    const live = await streamed('');
    const other = openReplicationStream({
      session: await database.open(true),
      slotName,
      publicationNames: ['spec'],
      startLsn,
      walSenderTimeoutMs: TEST_WAL_SENDER_TIMEOUT_MS,
      sink: live,
    });
    await expect(other.done).rejects.toMatchObject({ code: 'SOURCE_SLOT_BUSY' });
    expect(await terminatePredecessor(session, { slotName, timeLimitMs: 5_000 })).not.toBeNull();
    await expect(live.stream.done).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    const missing = openReplicationStream({
      session: await database.open(true),
      slotName: 'no_such_slot',
      publicationNames: ['spec'],
      startLsn,
      walSenderTimeoutMs: TEST_WAL_SENDER_TIMEOUT_MS,
      sink: live,
    });
    await expect(missing.done).rejects.toMatchObject({ code: 'SOURCE_SLOT_MISSING' });
  });

  it('ends when the sink throws', async () => {
    const live = await streamed('');
    live.insert = () => {
      throw new Error('full');
    };
    await session.query(`INSERT INTO public.keyed VALUES (41, 'x', 0)`);
    await expect(live.stream.done).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
  });
});

function expectAscending(
  mutations: readonly { readonly lsn: string; readonly change?: [string, number] }[],
): void {
  let last = { commit: 0n, lsn: 0n, index: -1 };
  for (const { lsn, change } of mutations) {
    const [text, index] = must(change, 'a change');
    const now = { commit: BigInt(parseLsn(lsn)), lsn: BigInt(parseLsn(text)), index };
    const above =
      now.commit > last.commit ||
      (now.commit === last.commit &&
        (now.lsn > last.lsn || (now.lsn === last.lsn && now.index > last.index)));
    if (!above) throw new Error(`${text},${index} of ${lsn} is not above its predecessor`);
    last = now;
  }
}
