import type { TypeCase } from './type-cases.js';

/** A list as text on both sides: its elements in the database's text, nulls by name. */
const RENDERED = `CASE WHEN "$" IS NOT NULL THEN array_to_string("$", '|', 'NULL') END`;
const readBack = (element: string) =>
  `CASE WHEN "$" IS NOT NULL THEN coalesce(array_to_string(
    list_transform("$", x -> coalesce(${element}, 'NULL')), '|'), '') END`;
const AS_TEXT = 'CAST(x AS VARCHAR)';

interface ArrayCase {
  readonly values: readonly string[];
  readonly dirty?: readonly string[];
  /** DuckDB's expression for the text of element `x`. */
  readonly element?: string;
  readonly rendered?: string;
}

function list(column: string, type: string, of: ArrayCase): TypeCase {
  const { values, dirty, element = AS_TEXT, rendered = RENDERED } = of;
  const read = { rendered, readBack: readBack(element) };
  return { column, type, values, ...(dirty !== undefined && { dirty }), ...read };
}

/** Arrays, each automatically a LIST of the automatic type of its elements. */
export const ARRAY_CASES: readonly TypeCase[] = [
  list('flags', 'boolean[]', {
    values: ["'{t,f,NULL}'"],
    element: `CASE x WHEN true THEN 't' WHEN false THEN 'f' END`,
  }),
  list('smalls', 'smallint[]', { values: ["'{-32768,32767}'"] }),
  list('wholes', 'integer[]', {
    values: ["'{1,NULL,3}'", "'{}'", "'{-2147483648,2147483647}'", "'[5:6]={1,2}'"],
    dirty: ["'{{1,2},{3,4}}'"],
  }),
  list('bigs', 'bigint[]', {
    values: ["'{9223372036854775807,-9223372036854775808,9007199254740993,0}'"],
  }),
  list('doubles', 'double precision[]', {
    values: ["'{1.5,-0.25,NaN,Infinity,-Infinity}'"],
    element: `CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN if(x > 0, 'Infinity', '-Infinity') ELSE ${AS_TEXT} END`,
  }),
  list('amounts', 'numeric(38,10)[]', {
    values: ["'{9999999999999999999999999999.9999999999,0.0000000001,NULL}'"],
    dirty: ["'{1,NaN}'"],
  }),
  list('free_amounts', 'numeric[]', { values: ["'{1.10,NaN,1e40,-0.00}'"] }),
  list('many_words', 'text[]', {
    values: [
      `ARRAY['', 'NULL', 'null', NULL, '{}', 'a,b', '"', E'back\\\\slash', E'line\\nbreak', '👩‍👩‍👧', repeat('x', 70000)]`,
    ],
  }),
  list('short_words', 'varchar(9)[]', { values: [`'{"a b",c}'`] }),
  list('blobs', 'bytea[]', {
    values: [`ARRAY['\\x'::bytea, '\\x00ff5c22', NULL]`],
    element: `'\\x' || lower(hex(x))`,
  }),
  list('days', 'date[]', {
    values: ["'{2024-02-29,0001-01-01,9999-12-31}'"],
    dirty: ["'{2024-02-29,infinity}'"],
  }),
  list('clocks', 'time[]', {
    values: ["'{00:00:00,23:59:59.999999}'"],
    dirty: ["'{24:00:00}'"],
  }),
  list('moments', 'timestamp[]', {
    values: [`'{"2024-02-29 23:59:59.999999","0001-01-01 00:00:00"}'`],
    dirty: [`'{infinity}'`],
  }),
  list('instants', 'timestamptz[]', {
    values: [`'{"2026-03-29 02:30:00+14","1969-12-31 23:59:59.999999+00",NULL}'`],
  }),
  list('spans', 'interval[]', { values: [`'{"1 year -2 days 03:04:05.678901",NULL}'`] }),
  list('idents', 'uuid[]', { values: ["'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'"] }),
  list('documents', 'jsonb[]', { values: [`ARRAY['{"a": [1, "x\\"y"]}'::jsonb, 'null', NULL]`] }),
  list('addresses', 'inet[]', { values: [`'{10.0.0.1,fe80::/10}'`] }),
  list('boxes', 'box[]', { values: [`ARRAY[box '((1,1),(0,0))', box '((2,2),(1,1))']`] }),
  list('spells', 'int4range[]', { values: [`ARRAY[int4range '[1,5)', 'empty']`] }),
  list('moods', 'public.mood[]', { values: [`'{so-so,"very happy"}'`] }),
  list('prices', 'public.price[]', { values: [`'{1.50,NULL}'`] }),
  list('pairs', 'public.pair[]', { values: [`ARRAY[ROW(1, 'a "b"')::public.pair]`] }),
];
