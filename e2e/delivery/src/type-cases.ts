import { ARRAY_CASES } from './array-cases.js';

/** A column type, values of it as SQL literals, and how both sides are read for comparison. */
export interface TypeCase {
  readonly column: string;
  /** SQL type in PostgreSQL. */
  readonly type: string;
  /** SQL expressions. */
  readonly values: readonly string[];
  /** Values that no Parquet type of the column can hold: delivered as null, counted as dirty. */
  readonly dirty?: readonly string[];
  /** Compared as a double: its shortest text differs between systems. */
  readonly isNumber?: boolean;
  /** PostgreSQL's expression for the value as text; the plain cast by default. */
  readonly rendered?: string;
  /** DuckDB's expression for the same text. */
  readonly readBack?: string;
  /** What is asked for where the automatic type is not meant. */
  readonly wanted?: {
    readonly type: string;
    readonly typeExtend?: string;
    readonly encode?: string;
  };
}

/** Types of the user's own that the cases use. */
export const OWN_TYPES = `
  CREATE EXTENSION IF NOT EXISTS hstore;
  CREATE TYPE public.mood AS ENUM ('so-so', 'very happy');
  CREATE TYPE public.pair AS (a int, b text);
  CREATE DOMAIN public.price AS numeric(9,2) CHECK (VALUE >= 0)`;

/** DuckDB's text of a map, its entries in order. */
export const MAP_ENTRIES = `CASE WHEN "$" IS NOT NULL THEN coalesce(array_to_string(list_sort(list_transform(
  map_entries("$"), x -> x.key || '=' || coalesce(CAST(x.value AS VARCHAR), 'NULL'))), ';'), '') END`;

const MEGABYTE = 1_048_576;
/** Every control character but NUL, which PostgreSQL can't hold. */
const CONTROLS = `array_to_string(ARRAY(SELECT chr(c) FROM generate_series(1, 31) AS c), '') || chr(127)`;

export const TYPE_CASES: readonly TypeCase[] = [
  { column: 'flag', type: 'boolean', values: ['true', 'false'] },
  { column: 'small', type: 'smallint', values: ['-32768', '32767'] },
  { column: 'whole', type: 'integer', values: ['-2147483648', '2147483647', '0'] },
  {
    column: 'big',
    type: 'bigint',
    values: [
      '9223372036854775807',
      '-9223372036854775808',
      '9007199254740993',
      '-9007199254740993',
      '0',
    ],
  },
  {
    column: 'real',
    type: 'real',
    values: ["'3.4028235e38'", "'1e-45'", "'NaN'", "'Infinity'", "'-Infinity'", '0.1'],
    isNumber: true,
  },
  {
    column: 'double',
    type: 'double precision',
    values: [
      "'1.7976931348623157e308'",
      "'5e-324'",
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
      "'-0'",
      '0.1',
      '12345678901234567',
    ],
    isNumber: true,
  },
  {
    column: 'money_like',
    type: 'numeric(38,10)',
    values: [
      '9999999999999999999999999999.9999999999',
      '-9999999999999999999999999999.9999999999',
      '0.0000000001',
      '0',
      '1.50',
    ],
    dirty: ["'NaN'"],
  },
  {
    column: 'day',
    type: 'date',
    values: [
      "'2024-02-29'",
      "'1970-01-01'",
      "'1969-12-31'",
      "'0001-01-01'",
      "'9999-12-31'",
      "'2000-02-29'",
    ],
    dirty: ["'infinity'", "'-infinity'", "'0044-03-15 BC'"],
  },
  {
    column: 'moment',
    type: 'timestamp',
    values: [
      "'2024-02-29 23:59:59.999999'",
      "'1969-12-31 23:59:59.999999'",
      "'0001-01-01 00:00:00'",
      "'9999-12-31 23:59:59.999999'",
      "'2026-01-01 12:00:00.5'",
    ],
    dirty: ["'infinity'", "'-infinity'", "'0044-03-15 BC'"],
  },
  {
    column: 'instant',
    type: 'timestamptz',
    values: [
      "'2024-02-29 23:59:59.999999+00'",
      "'2026-03-29 02:30:00+14'",
      "'1969-12-31 23:59:59.999999+00'",
    ],
    dirty: ["'infinity'"],
  },
  {
    column: 'words',
    type: 'text',
    values: [
      "''",
      "'plain'",
      "'👩‍👩‍👧 emoji 🇩🇪 é e\u0301'",
      `E'quote " backslash \\\\ tab \\t line \\n return \\r'`,
      CONTROLS,
      `repeat('x', ${MEGABYTE})`,
      "'null'",
      `E'\\u2028\\u2029\\uFEFF'`,
    ],
  },
  { column: 'padded', type: 'char(5)', values: ["'ab'", "''"], rendered: `format('%s', "$")` },
  {
    column: 'bytes',
    type: 'bytea',
    values: [`'\\x'`, `'\\x00ff0a0d22'`, `decode(repeat('00ff', 1000), 'hex')`],
    rendered: `encode("$", 'hex')`,
    readBack: `lower(hex("$"))`,
  },
  { column: 'ident', type: 'uuid', values: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"] },
  { column: 'document', type: 'jsonb', values: [`'{"a": [1, null, "x\\"y"]}'`, `'null'`] },
  { column: 'loose_document', type: 'json', values: [`'{ "a":  1, "a": 2 }'`, `'"text"'`] },
  {
    column: 'span',
    type: 'interval',
    values: [
      "'1 year 2 days 03:04:05.678'",
      "'-178000000 years'",
      "'178000000 years 11 mons -100 days 23:59:59.999999'",
      "'0'",
    ],
  },
  {
    column: 'clock',
    type: 'time',
    values: ["'00:00:00'", "'12:34:56.789'", "'23:59:59.999999'"],
    dirty: ["'24:00:00'"],
  },
  {
    column: 'clock_there',
    type: 'timetz',
    values: ["'12:34:56.789+05:30'", "'24:00:00-15:59'"],
  },
  {
    column: 'free_amount',
    type: 'numeric',
    values: ["'NaN'", "'-Infinity'", '1.10', `('1' || repeat('0', 1000))::numeric`],
  },
  { column: 'price', type: 'public.price', values: ['9999999.99', '0'] },
  { column: 'cash', type: 'money', values: ["'-92233720368547758.08'", "'1234.5'"] },
  { column: 'object_id', type: 'oid', values: ["'0'", "'4294967295'"] },
  { column: 'transaction', type: 'xid', values: ["'4294967295'"] },
  { column: 'full_transaction', type: 'xid8', values: ["'18446744073709551615'"] },
  { column: 'short', type: 'varchar(10)', values: ["'äöü'"] },
  { column: 'identifier', type: 'name', values: ["'Odd Name'"] },
  { column: 'letter', type: '"char"', values: ["'x'", "''"] },
  { column: 'json_way', type: 'jsonpath', values: [`'$."a"[*]?(@ > 1)'`] },
  { column: 'markup', type: 'xml', values: [`'<a b="c">é<!-- d --></a>'`] },
  {
    column: 'address',
    type: 'inet',
    values: ["'10.0.0.1'", "'::ffff:1.2.3.4/96'"],
    rendered: `format('%s', "$")`,
  },
  { column: 'network', type: 'cidr', values: ["'10.0.0.0/8'", "'2001:db8::/32'"] },
  { column: 'mac', type: 'macaddr', values: ["'08:00:2b:01:02:03'"] },
  { column: 'long_mac', type: 'macaddr8', values: ["'08:00:2b:01:02:03:04:05'"] },
  { column: 'bits', type: 'bit(3)', values: ["B'101'"] },
  { column: 'some_bits', type: 'bit varying', values: ["B''", "B'0001'"] },
  { column: 'spot', type: 'point', values: ["'(1.5,-2)'", "'(NaN,Infinity)'"] },
  { column: 'straight', type: 'line', values: ["'{1,-1,0}'"] },
  { column: 'segment', type: 'lseg', values: ["'[(0,0),(1,1)]'"] },
  { column: 'corner', type: 'box', values: ["'((1,1),(0,0))'"] },
  { column: 'way', type: 'path', values: ["'((0,0),(1,1),(2,0))'", "'[(0,0),(1,1)]'"] },
  { column: 'area', type: 'polygon', values: ["'((0,0),(1,1),(2,0))'"] },
  { column: 'round', type: 'circle', values: ["'<(0,0),5>'"] },
  { column: 'lexemes', type: 'tsvector', values: ["$$'a':1A 'b c':2,3$$"] },
  { column: 'search', type: 'tsquery', values: ["$$'a' & !'b c':*$$"] },
  { column: 'whole_range', type: 'int4range', values: ["'[1,5]'", "'empty'", "'(,)'"] },
  { column: 'big_range', type: 'int8range', values: ["'[1,9223372036854775807)'"] },
  { column: 'amount_range', type: 'numrange', values: ["'(0.10,1e10]'"] },
  { column: 'day_range', type: 'daterange', values: ["'[2024-02-29,infinity)'"] },
  { column: 'moment_range', type: 'tsrange', values: ["'[2024-01-01 10:00,)'"] },
  { column: 'instant_range', type: 'tstzrange', values: ["'[2024-01-01 10:00+02,)'"] },
  { column: 'whole_ranges', type: 'int4multirange', values: ["'{[1,3),[7,9)}'", "'{}'"] },
  {
    column: 'instant_ranges',
    type: 'tstzmultirange',
    values: ["'{[2024-01-01 10:00+02,2024-01-01 11:00+02)}'"],
  },
  { column: 'wal', type: 'pg_lsn', values: ["'0/0'", "'FFFFFFFF/FFFFFFFF'"] },
  { column: 'seen', type: 'pg_snapshot', values: ["'10:20:10,14,15'"] },
  { column: 'seen_once', type: 'txid_snapshot', values: ["'10:20:10,14,15'"] },
  { column: 'place', type: 'tid', values: ["'(4294967294,65535)'"] },
  { column: 'table_name', type: 'regclass', values: ["'pg_class'"] },
  { column: 'type_name', type: 'regtype', values: ["'int4'"] },
  { column: 'routine', type: 'regprocedure', values: ["'lower(text)'"] },
  { column: 'operator', type: 'regoperator', values: ["'+(integer,integer)'"] },
  { column: 'role_name', type: 'regrole', values: ["'pg_monitor'"] },
  { column: 'language', type: 'regconfig', values: ["'english'"] },
  { column: 'numbers', type: 'int2vector', values: ["'1 2 3'"] },
  { column: 'object_ids', type: 'oidvector', values: ["'1 4294967295'"] },
  { column: 'cursor_name', type: 'refcursor', values: ["'odd cursor'"] },
  { column: 'command', type: 'cid', values: ["'7'"] },
  { column: 'grants', type: 'aclitem', values: ["('=r/' || quote_ident(current_user))::aclitem"] },
  { column: 'space', type: 'regnamespace', values: ["'pg_catalog'"] },
  { column: 'order_of_text', type: 'regcollation', values: [`'"C"'`] },
  { column: 'mood', type: 'public.mood', values: ["'very happy'"] },
  { column: 'pair', type: 'public.pair', values: [`ROW(1, 'a "b"')`, 'ROW(NULL, NULL)'] },
  {
    column: 'tags',
    type: 'hstore',
    values: [`'a=>1, "b c"=>NULL, "x=y"=>"1,2"'`, "''"],
    rendered: `(SELECT coalesce(string_agg(key || '=' || coalesce(value, 'NULL'), ';' ORDER BY key COLLATE "C"), '') FROM each("$"))`,
    readBack: MAP_ENTRIES,
  },
  ...ARRAY_CASES,
];

/** A double by its value alone; minus zero is told from zero. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The expression with the column's name in it. */
export function forColumn(expression: string | undefined, column: string, plain: string): string {
  return (expression ?? plain).replaceAll('$', column);
}
