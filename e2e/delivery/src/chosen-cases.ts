import { MAP_ENTRIES, type TypeCase } from './type-cases.js';

const INTERVAL_TEXT = `regexp_replace("$"::text, 'mon(s?)', 'month\\1')`;
const JSON_ENTRIES = (each: string) =>
  `(SELECT coalesce(string_agg(key || '=' || coalesce(value, 'NULL'), ';' ORDER BY key COLLATE "C"), '') FROM ${each}("$"))`;

/** Columns whose type is asked for, with every encoding among them. */
export const CHOSEN_CASES: readonly TypeCase[] = [
  {
    column: 'as_text',
    type: 'boolean',
    values: ['true', 'false'],
    wanted: { type: 'UTF8', encode: 'DELTA_BYTE_ARRAY' },
  },
  {
    column: 'whole',
    type: 'bigint',
    values: ['-2147483648', '2147483647'],
    dirty: ['2147483648'],
    wanted: { type: 'INT32', encode: 'DELTA_BINARY_PACKED' },
  },
  {
    column: 'digits',
    type: 'bigint',
    values: ['9223372036854775807', '-9223372036854775808'],
    wanted: { type: 'DECIMAL', encode: 'PLAIN_DICTIONARY' },
  },
  {
    column: 'single',
    type: 'real',
    values: ["'3.4028235e38'", "'1e-45'", "'NaN'", "'-Infinity'", '0.1'],
    isNumber: true,
    rendered: `"$"::float8::text`,
    wanted: { type: 'FLOAT', encode: 'PLAIN_DICTIONARY' },
  },
  {
    column: 'float_text',
    type: 'double precision',
    values: ["'-0'", "'1e20'", "'1e-7'", "'1.5e300'", "'NaN'", '0.1'],
    wanted: { type: 'UTF8', encode: 'PLAIN_DICTIONARY' },
  },
  {
    column: 'amount',
    type: 'numeric',
    values: ["'1234567.89'", "'-9999999.99'"],
    dirty: ["'0.001'", "'10000000'", "'Infinity'"],
    wanted: { type: 'DECIMAL', typeExtend: '9,2', encode: 'DELTA_BINARY_PACKED' },
  },
  {
    column: 'encoded',
    type: 'bytea',
    values: [`'\\x00ff10'`, `'\\x'`],
    rendered: `encode("$", 'base64')`,
    wanted: { type: 'UTF8', encode: 'DELTA_LENGTH_BYTE_ARRAY' },
  },
  {
    column: 'moment',
    type: 'timestamp',
    values: ["'2024-02-29 23:59:59.999999'", "'1969-12-31 23:59:59.9996'"],
    rendered: `date_trunc('milliseconds', "$")::text`,
    readBack: 'CAST(CAST("$" AS TIMESTAMP) AS VARCHAR)',
    wanted: { type: 'TIMESTAMP_MILLIS', encode: 'DELTA_BINARY_PACKED' },
  },
  {
    column: 'old_moment',
    type: 'timestamp',
    values: ["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'", "'1969-12-31 23:59:59.5'"],
    dirty: ["'infinity'"],
    wanted: { type: 'INT96' },
  },
  {
    column: 'old_instant',
    type: 'timestamptz',
    values: ["'2026-03-29 02:30:00.123456+14'"],
    rendered: `("$" AT TIME ZONE 'UTC')::text`,
    wanted: { type: 'INT96', encode: 'PLAIN_DICTIONARY' },
  },
  {
    column: 'clock',
    type: 'time',
    values: ["'23:59:59.999999'", "'00:00:00'"],
    rendered: `left("$"::text, 12)`,
    wanted: { type: 'TIME_MILLIS' },
  },
  {
    column: 'span',
    type: 'interval',
    values: ["'1 year 2 mons 3 days 04:05:06.789'", "'0'", "'596:31:23.647'", "'1 mon'"],
    dirty: ["'-1 day'", "'00:00:00.0001'", "'1193047 hours'"],
    rendered: INTERVAL_TEXT,
    wanted: { type: 'INTERVAL' },
  },
  {
    column: 'document',
    type: 'jsonb',
    values: [
      `'{"a": "x", "b": 12345678901234567890.10, "c": true, "d": null, "\\"": "ü"}'`,
      `'{}'`,
    ],
    dirty: [`'{"a": [1]}'`, `'{"a": {}}'`, `'[]'`, `'null'`],
    rendered: JSON_ENTRIES('jsonb_each_text'),
    readBack: MAP_ENTRIES,
    wanted: { type: 'MAP' },
  },
  {
    column: 'counts',
    type: 'json',
    values: [`'{ "a":1, "b" : -9223372036854775808 }'`],
    dirty: [`'{"a": 1.5}'`],
    rendered: JSON_ENTRIES('json_each_text'),
    readBack: MAP_ENTRIES,
    wanted: { type: 'MAP', typeExtend: 'UTF8,INT64' },
  },
  { column: 'tags', type: 'hstore', values: ["'a=>1, b=>NULL'"], wanted: { type: 'UTF8' } },
  {
    column: 'list',
    type: 'bigint[]',
    values: ["'{1,NULL,-2147483648}'"],
    dirty: ["'{1,2147483648}'"],
    rendered: `array_to_json("$")::text`,
    readBack: 'CAST(to_json("$") AS VARCHAR)',
    wanted: { type: 'LIST', typeExtend: 'INT32' },
  },
  {
    column: 'amounts',
    type: 'numeric[]',
    values: ["'{1.5,NULL}'"],
    dirty: ["'{0.001}'"],
    rendered: `array_to_string("$"::numeric(20,2)[], '|', 'NULL')`,
    readBack: `array_to_string(list_transform("$", x -> coalesce(CAST(x AS VARCHAR), 'NULL')), '|')`,
    wanted: { type: 'LIST', typeExtend: 'DECIMAL(20,2)' },
  },
  { column: 'raw_list', type: 'text[]', values: [`'{"a b",NULL}'`], wanted: { type: 'UTF8' } },
];
