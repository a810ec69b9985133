import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '@lakeferry/runtime';
import { findTable, type TableDescription } from './catalog.js';
import { connectPostgres } from './connect.js';
import type { PgSession } from './pg-session.js';
import { dropTables, ensurePublication, ensureTables, publishedOids } from './publication.js';
import { dropSlot, ensureSlot, readSlot, readSystemIdentity } from './slot.js';
import { decideStart } from './start-decision.js';
import { createTestDatabase, type TestDatabase } from './testing/test-database.js';
import { readWalPosition } from './wal-position.js';

describe('sessions, publication and slot', () => {
  let database: TestDatabase;
  let session: PgSession;
  let table: TableDescription;

  beforeAll(async () => {
    database = await createTestDatabase();
    session = await database.open();
    await session.query('CREATE TABLE public."Odd, one" (id int PRIMARY KEY)');
    table = must(await findTable(session, { schema: 'public', name: 'Odd, one' }), 'table');
    await ensurePublication(session, 'Odd "pub"');
  });

  afterAll(async () => {
    await database.drop();
  }, 20_000);

  const change = () => ({ publication: 'Odd "pub"', tables: [table] });

  it('publishes and withdraws a table, however often it is asked', async () => {
    await ensurePublication(session, 'Odd "pub"');
    await ensureTables(session, change());
    await ensureTables(session, change());
    expect(await publishedOids(session, 'Odd "pub"')).toEqual(new Set([table.oid]));
    const rows = await session.query(
      'SELECT pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot FROM pg_publication',
    );
    expect(rows).toEqual([
      { pubinsert: true, pubupdate: true, pubdelete: true, pubtruncate: false, pubviaroot: true },
    ]);
    await dropTables(session, change());
    await dropTables(session, change());
    expect(await publishedOids(session, 'Odd "pub"')).toEqual(new Set());
  });

  it('lets two processes publish at the same time', async () => {
    const other = await database.open();
    await Promise.all([ensureTables(session, change()), ensureTables(other, change())]);
    await Promise.all([dropTables(session, change()), dropTables(other, change())]);
    expect(await publishedOids(session, 'Odd "pub"')).toEqual(new Set());
  });

  it('waits for writers of the table a short while at a time, and gives up', async () => {
    const writer = await database.open();
    await writer.query('BEGIN; INSERT INTO public."Odd, one" VALUES (1)');
    const given = { ...change(), lockTimeoutMs: 50, attempts: 2 };
    await expect(ensureTables(session, given)).rejects.toMatchObject({
      code: 'SOURCE_LOCK_TIMEOUT',
    });
    const patient = ensureTables(session, { ...change(), lockTimeoutMs: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await writer.query('COMMIT');
    await patient;
    expect((await publishedOids(session, 'Odd "pub"')).size).toBe(1);
  });

  it('refuses a table that goes by another name now, and forgets one that was dropped', async () => {
    await session.query('CREATE TABLE public.short (id int PRIMARY KEY)');
    const short = must(await findTable(session, { schema: 'public', name: 'short' }), 'short');
    const renamed = { ...short, name: 'Odd, one' };
    const given = { publication: 'Odd "pub"', tables: [renamed] };
    await expect(ensureTables(session, given)).rejects.toMatchObject({
      code: 'SOURCE_TABLE_CHANGED',
    });
    await ensureTables(session, { ...given, tables: [short] });
    await session.query('DROP TABLE public.short; CREATE TABLE public.short (id int PRIMARY KEY)');
    expect((await publishedOids(session, 'Odd "pub"')).has(short.oid)).toBe(false);
    await dropTables(session, { ...given, tables: [short] });
  });

  it('makes a slot once and decides where to start', async () => {
    const slotName = `${database.name}_slot`;
    const identity = await readSystemIdentity(session);
    expect(identity).toMatchObject({ database: database.name, timeline: 1 });
    expect(decideStart({ position: null, slot: null, identity })).toEqual({ kind: 'create' });
    const made = await ensureSlot(session, { slotName });
    expect(made.created).toBe(true);
    expect((await ensureSlot(session, { slotName })).created).toBe(false);
    const slot = must(await readSlot(session, slotName), 'slot');
    expect(slot).toMatchObject({ plugin: 'pgoutput', activePid: null, walStatus: 'reserved' });
    expect(slot.confirmedFlushLsn).toBe(made.consistentPoint);
    const lsn = must(made.consistentPoint, 'a point');
    const position = { ...identity, slotName, lsn };
    expect(decideStart({ position, slot, identity })).toEqual({ kind: 'start', from: lsn });
    await session.query('SELECT pg_logical_emit_message(true, $1, $2)', ['x', 'y']);
    const { flushLsn } = await readWalPosition(session);
    await session.query('SELECT pg_replication_slot_advance($1, $2::pg_lsn)', [
      slotName,
      `${(flushLsn >> 32n).toString(16)}/${(flushLsn & 0xffffffffn).toString(16)}`,
    ]);
    const moved = await readSlot(session, slotName);
    expect(decideStart({ position, slot: moved, identity })).toMatchObject({
      code: 'SOURCE_SLOT_AHEAD',
    });
    await dropSlot(session, slotName);
    await dropSlot(session, slotName);
    expect(
      decideStart({ position, slot: await readSlot(session, slotName), identity }),
    ).toMatchObject({ code: 'SOURCE_SLOT_MISSING' });
  });

  it('pins what changes text, whatever the role and the URL say', async () => {
    await session.query(`ALTER DATABASE ${database.name} SET DateStyle = 'German'`);
    await session.query(`ALTER DATABASE ${database.name} SET bytea_output = 'escape'`);
    const url = `${database.url}?options=-c%20TimeZone%3DAsia/Tokyo%20-c%20work_mem%3D3MB`;
    const other = await connectPostgres({ url, applicationName: "it's a \\ spec" });
    const rows = await other.query(
      `SELECT date '2026-02-01' AS d, current_setting('TimeZone') AS zone,
              current_setting('work_mem') AS memory, '\\x01'::bytea::text AS bytes,
              current_setting('application_name') AS name`,
    );
    await other.close();
    expect(rows[0]).toMatchObject({
      zone: 'UTC',
      memory: '3MB',
      bytes: '\\x01',
      name: "it's a \\ spec",
    });
  });

  it('translates what goes wrong, and never tells the password', async () => {
    const failures: [string, string][] = [
      ['postgresql://nobody:hidden-secret@127.0.0.1:1/none', 'SOURCE_UNAVAILABLE'],
      [database.url.replace(database.name, 'no_such_database'), 'SOURCE_UNAUTHORIZED'],
    ];
    for (const [url, code] of failures) {
      const error: unknown = await connectPostgres({ url, applicationName: 'spec' }).catch(
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain('hidden-secret');
    }
    const other = await database.open();
    await session.query('SELECT pg_terminate_backend($1)', [other.processId]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(other.closed).toBe(true);
    await expect(other.query('SELECT 1')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await other.close();
  });
});
