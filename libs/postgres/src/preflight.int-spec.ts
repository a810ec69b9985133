import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';
import { describeTable, findTable, listTables } from './catalog.js';
import { connectPostgres } from './connect.js';
import type { PgSession } from './pg-session.js';
import { checkSource, checkTable } from './preflight.js';
import { createTestDatabase, type TestDatabase } from './testing/test-database.js';

describe('catalog and preflight', () => {
  let database: TestDatabase;
  let session: PgSession;
  let plain: PgSession;
  let role: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    session = await database.open();
    role = `${database.name}_plain`;
    await session.query(`
      CREATE ROLE ${role} LOGIN PASSWORD 'plain';
      CREATE SCHEMA "Odd Schema";
      CREATE DOMAIN public.price AS numeric(8,2);
      CREATE TYPE public.mood AS ENUM ('fine');
      CREATE TABLE "Odd Schema"."t""1" ("Id" int PRIMARY KEY, "ünï" public.price, list int[], m public.mood,
        n numeric, s numeric(3,-2), stored int GENERATED ALWAYS AS ("Id" * 2) STORED);
      CREATE TABLE public.fine (id int PRIMARY KEY, n int);
      CREATE TABLE public.texts (id text PRIMARY KEY, note text, n int);
      CREATE TABLE public.texts_full (id text PRIMARY KEY, note text);
      ALTER TABLE public.texts_full REPLICA IDENTITY FULL;
      CREATE TABLE public.bare (n int);
      CREATE TABLE public.nothing (id int PRIMARY KEY);
      ALTER TABLE public.nothing REPLICA IDENTITY NOTHING;
      CREATE TABLE public.late (id int PRIMARY KEY DEFERRABLE);
      CREATE VIEW public.a_view AS SELECT 1 AS id;
      CREATE MATERIALIZED VIEW public.a_matview AS SELECT 1 AS id;
      CREATE UNLOGGED TABLE public.unlogged (id int PRIMARY KEY);
      CREATE TABLE public.root (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE public.leaf PARTITION OF public.root FOR VALUES FROM (0) TO (10);
      CREATE TABLE public.root_bare (id int) PARTITION BY RANGE (id);
      CREATE TABLE public.leaf_bare PARTITION OF public.root_bare FOR VALUES FROM (0) TO (10);
      ALTER TABLE public.root_bare REPLICA IDENTITY FULL;
      CREATE TABLE public.guarded (id int PRIMARY KEY);
      ALTER TABLE public.guarded ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON public.guarded TO ${role};
      CREATE TABLE public.parent (id int PRIMARY KEY);
      CREATE TABLE public.child () INHERITS (public.parent);
      CREATE EXTENSION file_fdw;
      CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE public.foreign_one (id int) SERVER files OPTIONS (filename '/dev/null');`);
    const address = new URL(database.url);
    address.username = role;
    address.password = 'plain';
    plain = await connectPostgres({ url: address.toString(), applicationName: 'plain spec' });
  }, 30_000);

  afterAll(async () => {
    await plain.close();
    await session.query(`DROP OWNED BY ${role}`);
    await session.query(`DROP ROLE ${role}`);
    await database.drop();
  }, 20_000);

  async function codes(name: string, who: PgSession = session, columns?: string[]) {
    const findings = await checkTable(who, {
      table: { schema: 'public', name },
      ...(columns === undefined ? {} : { columns }),
    });
    return findings.map((f) =>
      [f.code, f.level, ...(f.column === null ? [] : [f.column])].join(' '),
    );
  }

  it('describes a table by its name and by its OID', async () => {
    const table = must(await findTable(session, { schema: 'Odd Schema', name: 't"1' }), 'table');
    expect(table.table).toBe('"Odd Schema"."t""1"');
    expect(table.keyColumns).toEqual(['Id']);
    expect(table.leaves.map((leaf) => leaf.oid)).toEqual([table.oid]);
    expect(
      table.columns.map((c) => [c.name, c.type, c.sqlType, c.precision, c.scale, c.generated]),
    ).toEqual([
      ['Id', 'int4', 'integer', null, null, 'no'],
      ['ünï', 'numeric', 'public.price', 8, 2, 'no'],
      ['list', '_int4', 'integer[]', null, null, 'no'],
      ['m', 'enum', 'public.mood', null, null, 'no'],
      ['n', 'numeric', 'numeric', null, null, 'no'],
      ['s', 'numeric', 'numeric(3,-2)', 3, -2, 'no'],
      ['stored', 'int4', 'integer', null, null, 'stored'],
    ]);
    expect(await describeTable(session, table.oid)).toEqual(table);
    expect(await describeTable(session, 1)).toBeNull();
    expect(await findTable(session, { schema: 'public', name: 'nowhere' })).toBeNull();
  });

  it('names arrays by their elements, whatever their own name is', async () => {
    await session.query(`
      CREATE TYPE public._pair AS (a int, b text);
      CREATE DOMAIN public.euros AS numeric(9,2);
      CREATE TYPE public.weather AS ENUM ('dry');
      CREATE TABLE public.arrays (id int PRIMARY KEY, pair public._pair, pairs public._pair[],
        weathers public.weather[], amounts public.euros[], digits numeric(10,3)[], vector int2vector,
        texts text[][])`);
    const table = must(await findTable(session, { schema: 'public', name: 'arrays' }), 'table');
    expect(table.columns.map((c) => [c.name, c.type, c.precision, c.scale])).toEqual([
      ['id', 'int4', null, null],
      ['pair', 'composite', null, null],
      ['pairs', '_composite', null, null],
      ['weathers', '_enum', null, null],
      ['amounts', '_numeric', null, null],
      ['digits', '_numeric', 10, 3],
      ['vector', 'int2vector', null, null],
      ['texts', '_text', null, null],
    ]);
  });

  it('lists what can be chosen, by its kind', async () => {
    const kinds = new Map((await listTables(session)).map((table) => [table.table, table.kind]));
    expect(kinds.get('"Odd Schema"."t""1"')).toBe('table');
    expect(kinds.get('public.root')).toBe('partitioned table');
    expect(kinds.get('public.leaf')).toBe('partition');
    expect(kinds.get('public.a_matview')).toBe('view');
    expect(kinds.get('public.foreign_one')).toBe('foreign table');
    expect([...kinds.keys()].some((name) => name.startsWith('pg_catalog'))).toBe(false);
  });

  it('finds nothing wrong with a good table', async () => {
    expect(await codes('fine')).toEqual([]);
    expect(await codes('root')).toEqual([]);
  });

  it.each([
    ['nowhere', 'TABLE_MISSING refuse'],
    ['bare', 'REPLICA_IDENTITY refuse'],
    ['nothing', 'REPLICA_IDENTITY refuse'],
    ['late', 'REPLICA_IDENTITY refuse'],
    ['a_view', 'NOT_A_TABLE refuse'],
    ['a_matview', 'NOT_A_TABLE refuse'],
    ['foreign_one', 'NOT_A_TABLE refuse'],
    ['unlogged', 'UNLOGGED_TABLE refuse'],
    ['leaf', 'PARTITION refuse'],
    ['root_bare', 'REPLICA_IDENTITY refuse'],
    ['parent', 'INHERITANCE warn'],
  ])('finds about %s: %s', async (name, expected) => {
    expect(await codes(name)).toEqual([expected]);
  });

  it('refuses system and temporary tables', async () => {
    const system = await checkTable(session, { table: { schema: 'pg_catalog', name: 'pg_class' } });
    expect(system.map((finding) => finding.code)).toEqual(['SYSTEM_TABLE']);
    await session.query('CREATE TEMPORARY TABLE passing (id int PRIMARY KEY)');
    const rows = await session.query<{ schema: string }>(
      'SELECT pg_my_temp_schema()::regnamespace::text AS schema',
    );
    const passing = { schema: must(rows[0], 'a schema').schema, name: 'passing' };
    const temporary = await checkTable(session, { table: passing });
    expect(temporary.map((finding) => finding.level)).toEqual(['refuse']);
  });

  it('tells of columns whose unchanged values are not sent, unless the whole row is', async () => {
    expect(await codes('texts')).toEqual(['UNCHANGED_TOAST warn note']);
    expect(await codes('texts', session, ['id', 'n'])).toEqual([]);
    expect(await codes('texts_full')).toEqual([]);
  });

  it('tells of columns that are not there', async () => {
    expect(await codes('fine', session, ['id', 'N'])).toEqual(['COLUMN_MISSING refuse N']);
  });

  it('tells a plain user what is missing', async () => {
    expect(await codes('fine', plain)).toEqual(['SELECT_PRIVILEGE refuse', 'TABLE_OWNER refuse']);
    expect(await codes('guarded', plain)).toEqual(['TABLE_OWNER refuse', 'ROW_SECURITY refuse']);
    expect(await codes('guarded')).toEqual([]);
    const source = await checkSource(plain, { slotName: 'none', publicationName: 'none' });
    expect(refusals(source)).toEqual(['REPLICATION_PRIVILEGE', 'CREATE_PRIVILEGE']);
    await session.query('CREATE PUBLICATION taken');
    const taken = await checkSource(plain, { slotName: 'none', publicationName: 'taken' });
    expect(taken.map((finding) => finding.code)).toContain('PUBLICATION_OWNER');
    const own = await checkSource(session, { slotName: 'none', publicationName: 'none' });
    expect(refusals(own)).toEqual([]);
  });
});

function refusals(findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding.level === 'refuse').map((finding) => finding.code);
}
