import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '@lakeferry/runtime';
import { findTable, type TableDescription } from './catalog.js';
import { ensurePublication, ensureTables } from './publication.js';
import type { PgSession } from './pg-session.js';
import { startScanPlan } from './scan-plan.js';
import { ensureSlot } from './slot.js';
import { quoteLiteral } from './table-name.js';
import { RecordedStream, type ReadMutation } from './testing/recorded-stream.js';
import { scanTable } from './testing/scan-table.js';
import { createTestDatabase, type TestDatabase } from './testing/test-database.js';
import { readWalPosition } from './wal-position.js';

/** SQL type, and the values to put into it with the JSON that each must become. */
const CASES: readonly (readonly [string, readonly (readonly [string, unknown])[]])[] = [
  [
    'boolean',
    [
      ["'t'", true],
      ["'f'", false],
    ],
  ],
  [
    'smallint',
    [
      ['-32768', -32768],
      ['32767', 32767],
    ],
  ],
  [
    'integer',
    [
      ['-2147483648', -2147483648],
      ['0', 0],
    ],
  ],
  [
    'bigint',
    [
      ['9007199254740991', 9007199254740991],
      ['9007199254740992', '9007199254740992'],
      ['-9007199254740991', -9007199254740991],
      ['-9007199254740992', '-9007199254740992'],
      ['9223372036854775807', '9223372036854775807'],
      ['(-9223372036854775808)', '-9223372036854775808'],
      ['999999999999999', 999999999999999],
    ],
  ],
  [
    'real',
    [
      ["'NaN'", 'NaN'],
      ["'-Infinity'", '-Infinity'],
      ['1.5', 1.5],
      ["'1e-30'", 1e-30],
    ],
  ],
  [
    'double precision',
    [
      ["'NaN'", 'NaN'],
      ["'Infinity'", 'Infinity'],
      ["'-Infinity'", '-Infinity'],
      ["'-0'", -0],
      ["'5e-324'", 5e-324],
      ["'1e22'", 1e22],
      ["'0.1'", 0.1],
      ["'1.7976931348623157e308'", Number.MAX_VALUE],
    ],
  ],
  [
    'numeric',
    [
      ['1.10', '1.10'],
      ["'NaN'", 'NaN'],
      ['-123456789012345678901234567890.5', '-123456789012345678901234567890.5'],
    ],
  ],
  [
    'text',
    [
      ["''", ''],
      ["E'a\\tb\\nc\\rd\\\\e\"f\\b\\f\\x0b/'", 'a\tb\nc\rd\\e"f\b\f\v/'],
      ["'\\N'", '\\N'],
      ["'\\.'", '\\.'],
      ["'😀 ß \u2028 \u007f'", '😀 ß \u2028 \u007f'],
      [
        "(SELECT string_agg(chr(i), '' ORDER BY i) FROM generate_series(1, 300) i)",
        Array.from({ length: 300 }, (_, i) => String.fromCodePoint(i + 1)).join(''),
      ],
      ['repeat(\'wide "row" \', 100000)', 'wide "row" '.repeat(100000)],
    ],
  ],
  ['character(4)', [["'ab'", 'ab  ']]],
  [
    'bytea',
    [
      ["''", ''],
      ["'\\x00'", 'AA=='],
      ["'\\x0001'", 'AAE='],
      ["'\\x00ff10'", 'AP8Q'],
      ["'\\xdeadbeef'", '3q2+7w=='],
    ],
  ],
  ['json', [['\'{ "a":  "x\\ny" }\'', '{ "a":  "x\\ny" }']]],
  ['jsonb', [['\'{"b":1,"a":[true,null,"\\""]}\'', '{"a": [true, null, "\\""], "b": 1}']]],
  [
    'date',
    [
      ["'2024-02-29'", '2024-02-29'],
      ["'0044-03-15 BC'", '0044-03-15 BC'],
      ["'infinity'", 'infinity'],
    ],
  ],
  [
    'timestamp',
    [
      ["'2026-11-20 10:00:00.123456'", '2026-11-20 10:00:00.123456'],
      ["'-infinity'", '-infinity'],
    ],
  ],
  ['timestamptz', [["'2026-11-20 10:00:00.1+02'", '2026-11-20 08:00:00.1+00']]],
  ['time', [["'23:59:59.999999'", '23:59:59.999999']]],
  ['interval', [["'1 mon -2 days 03:00:00'", '1 mon -2 days +03:00:00']]],
  ['uuid', [["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']]],
  ['text[]', [["ARRAY['a\"b', NULL, 'c\\d', '']", '{"a\\"b",NULL,"c\\\\d",""}']]],
  ['integer[]', [['ARRAY[[1,2],[3,4]]', '{{1,2},{3,4}}']]],
  ['inet', [["'10.0.0.1/8'", '10.0.0.1/8']]],
  ['money', [['1234.5', '$1,234.50']]],
  ['oid', [['4294967295', '4294967295']]],
  ['regclass', [['\'public."Odd ""Enum"" Table"\'', 'public."Odd ""Enum"" Table"']]],
  ['bit varying(9)', [["B'1011'", '1011']]],
  ['int4range', [["'[1,5)'", '[1,5)']]],
  ['public.mood', [['\'so "so"\'', 'so "so"']]],
  ['public.whole', [['7', 7]]],
  ['public.deep', [['9223372036854775807', '9223372036854775807']]],
];

describe('a value looks the same from the scan and from the stream', () => {
  let database: TestDatabase;
  let session: PgSession;
  let table: TableDescription;
  let scanned: ReadMutation[];
  let streamed: ReadMutation[];
  const rowCount = Math.max(...CASES.map(([, values]) => values.length)) + 1;

  beforeAll(async () => {
    database = await createTestDatabase();
    session = await database.open();
    await session.query(`CREATE TYPE public.mood AS ENUM ('fine', 'so "so"');
      CREATE DOMAIN public.whole AS integer CHECK (value > 0);
      CREATE DOMAIN public.shallow AS bigint; CREATE DOMAIN public.deep AS public.shallow;
      CREATE TABLE public."Odd ""Enum"" Table" (x int);
      CREATE TABLE public."Types \\ of, all" (
        id int PRIMARY KEY, ${CASES.map(([type], i) => `"c ""${i}" ${type}`).join(', ')})`);
    for (let row = 0; row < rowCount; row += 1) {
      const values = CASES.map(([type, list]) => `(${list[row]?.[0] ?? 'NULL'})::${type}`);
      await session.query(
        `INSERT INTO public."Types \\ of, all" VALUES (${row}, ${values.join(', ')})`,
      );
    }
    table = must(await findTable(session, { schema: 'public', name: 'Types \\ of, all' }), 'table');
    await ensurePublication(session, 'spec');
    await ensureTables(session, { publication: 'spec', tables: [table] });
    const slotName = `${database.name}_slot`;
    const slot = await ensureSlot(session, { slotName });
    const planning = startScanPlan({
      url: database.url,
      applicationName: 'spec',
      table,
      timeLimitMs: 10_000,
    });
    const lines = await scanTable({ session, plan: await planning.result, table, chunkPages: 4 });
    scanned = lines.map((line) => JSON.parse(line) as ReadMutation);
    await session.query(`DELETE FROM public."Types \\ of, all"`);
    for (let row = 0; row < rowCount; row += 1) {
      const values = CASES.map(([type, list]) => `(${list[row]?.[0] ?? 'NULL'})::${type}`);
      await session.query(
        `INSERT INTO public."Types \\ of, all" VALUES (${row}, ${values.join(', ')})`,
      );
    }
    const { insertLsn } = await readWalPosition(session);
    const recorded = await RecordedStream.open({
      database,
      tables: [table],
      slotName,
      publication: 'spec',
      startLsn: must(slot.consistentPoint, 'a new slot has a point'),
    });
    await recorded.passed(insertLsn);
    await recorded.stream.stop();
    streamed = recorded.mutations.filter((mutation) => mutation.op === 'c');
  }, 60_000);

  afterAll(async () => {
    await database.drop();
  }, 20_000);

  it('reads every row both ways, with the same JSON', () => {
    expect(scanned.length).toBe(rowCount);
    expect(streamed.length).toBe(rowCount);
    for (let row = 0; row < rowCount; row += 1) {
      expect(JSON.stringify(scanned[row]?.row)).toBe(JSON.stringify(streamed[row]?.row));
      expect(scanned[row]?.key).toEqual({ id: row });
      expect(streamed[row]?.key).toEqual({ id: row });
    }
  });

  it.each(CASES.map(([type, list], index) => ({ type, list, index })))(
    'renders $type',
    ({ list, index }) => {
      for (let row = 0; row < rowCount; row += 1) {
        const expected = row < list.length ? list[row]?.[1] : null;
        expect(scanned[row]?.row?.[`c "${index}`]).toEqual(expected);
        expect(streamed[row]?.row?.[`c "${index}`]).toEqual(expected);
      }
    },
  );

  it('names the table as in SQL', () => {
    expect(scanned[0]?.table).toBe('public."Types \\ of, all"');
    expect(quoteLiteral("a'b\\")).toBe(" E'a''b\\\\'");
  });
});
