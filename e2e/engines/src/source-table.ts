import { sqlName } from '@lakeferry/history';
import { nameIn, type Layout } from './layouts.js';

/** How values of a column are made comparable: each system has an expression for the same text. */
export type ValueKind =
  | 'text'
  | 'number'
  | 'decimal'
  | 'bytes'
  | 'date'
  | 'instant'
  | 'instant in millis'
  | 'wall'
  | 'time'
  | 'interval'
  | 'list'
  | 'map';

export interface SourceColumn {
  /** In PostgreSQL. */
  readonly column: string;
  readonly sqlType: string;
  /** In the objects. */
  readonly name: string;
  readonly type: string;
  readonly kind: ValueKind;
  /** SQL expressions; a row takes one of them, or null. */
  readonly values: readonly string[];
  /** What is expected where the table has no such column: PostgreSQL's expression for its text. */
  readonly expected?: string;
}

export const SOURCE_TABLE = 'public."Odd Orders"';

const DAYS = [
  "'2025-12-31 23:59:59.999999+00'",
  "'2026-01-01 00:00:00+00'",
  "'2026-08-09 10:11:12.131415+00'",
  "'2026-08-31 22:00:00.5+00'",
];

/** The event time decides the folder; it is never null. */
const AT: SourceColumn = {
  ...{ column: 'at', sqlType: 'timestamptz', name: 'at', type: 'TIMESTAMP_MICROS' },
  ...{ kind: 'instant', values: DAYS },
};

/** Rows that the base scan reads; those behind come through the stream. */
export const SCANNED = 30;

/** What the row came by. */
const OPERATION: SourceColumn = {
  ...{ column: '$op', sqlType: '', name: '$op', type: 'UTF8', kind: 'text', values: [] },
  expected: `CASE WHEN id <= ${SCANNED} THEN 'r' ELSE 'c' END`,
};

export const SOURCE_COLUMNS: readonly SourceColumn[] = [
  { column: 'id', sqlType: 'bigint', name: 'id', type: 'INT64', kind: 'text', values: [] },
  AT,
  { ...AT, name: 'at millis', type: 'TIMESTAMP_MILLIS', kind: 'instant in millis' },
  { ...AT, name: 'at 96', type: 'INT96' },
  {
    ...{ column: 'flag', sqlType: 'boolean', name: 'select', type: 'BOOL', kind: 'text' },
    values: ['true', 'false'],
  },
  {
    ...{ column: 'small', sqlType: 'smallint', name: 'small', type: 'INT32', kind: 'text' },
    values: ['-32768', '32767'],
  },
  {
    ...{ column: 'big', sqlType: 'bigint', name: 'Big', type: 'INT64', kind: 'text' },
    values: ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
  },
  {
    ...{ column: 'real', sqlType: 'real', name: 'real', type: 'FLOAT', kind: 'number' },
    values: ['0.5', "'3.4028235e38'", "'-Infinity'"],
  },
  {
    ...{ column: 'ratio', sqlType: 'float8', name: 'größe', type: 'DOUBLE', kind: 'number' },
    values: ['0.1', "'1.7976931348623157e308'", "'NaN'"],
  },
  {
    ...{
      column: 'price',
      sqlType: 'numeric(18,4)',
      name: "it's",
      type: 'DECIMAL',
      kind: 'decimal',
    },
    values: ['99999999999999.9999', '-0.0001', '12.5'],
  },
  {
    ...{ column: 'huge', sqlType: 'numeric(38,0)', name: '1st', type: 'DECIMAL', kind: 'decimal' },
    values: ['99999999999999999999999999999999999999', '-1'],
  },
  {
    ...{ column: 'note', sqlType: 'text', name: 'odd `note` "x"', type: 'UTF8', kind: 'text' },
    values: ["'plain'", "''", "'👩‍👩‍👧 é \" '' \\ '", `E'tab\\tline\\nend'`],
  },
  {
    ...{ column: 'Original Name', sqlType: 'text', name: 'renamed', type: 'UTF8', kind: 'text' },
    values: ["'kept'"],
  },
  {
    ...{ column: 'bytes', sqlType: 'bytea', name: 'bytes', type: 'BINARY', kind: 'bytes' },
    values: [`'\\x00ff0a27'`, `'\\x'`],
  },
  {
    ...{ column: 'day', sqlType: 'date', name: 'day', type: 'DATE', kind: 'date' },
    values: ["'2024-02-29'", "'1969-12-31'", "'9999-12-31'"],
  },
  {
    ...{ column: 'wall', sqlType: 'timestamp', name: 'wall', type: 'TIMESTAMP_MICROS' },
    ...{ kind: 'wall', values: ["'2026-03-29 02:30:00.000001'", "'1969-12-31 23:59:59'"] },
  },
  {
    ...{ column: 'clock', sqlType: 'time', name: 'clock', type: 'TIME_MICROS', kind: 'time' },
    values: ["'00:00:00.000001'", "'23:59:59.999999'"],
  },
  {
    ...{ column: 'span', sqlType: 'interval', name: 'span', type: 'INTERVAL', kind: 'interval' },
    values: ["'1 year 2 months 3 days 04:05:06.007'"],
  },
  {
    ...{ column: 'numbers', sqlType: 'bigint[]', name: 'numbers', type: 'LIST', kind: 'list' },
    values: ["'{1,NULL,-3}'", "'{}'"],
  },
  {
    ...{ column: 'words', sqlType: 'text[]', name: 'words', type: 'LIST', kind: 'list' },
    values: [`'{"a b","c,\\"d\\"",é}'`],
  },
  {
    ...{ column: 'labels', sqlType: 'jsonb', name: 'labels', type: 'MAP', kind: 'map' },
    values: [`'{"colour": "red", "size": "10"}'`, "'{}'"],
  },
  OPERATION,
];

/** What the API takes as schema. */
export function parquetSchema(layout: Layout): Record<string, string>[] {
  return SOURCE_COLUMNS.map(({ column, name, type }) => ({
    ...{ columnName: column, ossColumnName: nameIn(layout, name), type },
  }));
}

/** Columns of the source, each once. */
const STORED = SOURCE_COLUMNS.filter(
  ({ column, expected }, at) =>
    expected === undefined && SOURCE_COLUMNS.findIndex((other) => other.column === column) === at,
);

export function createTableSql(): string {
  const columns = STORED.map(({ column, sqlType }) =>
    column === 'id' ? `${sqlName(column)} ${sqlType} PRIMARY KEY` : `${sqlName(column)} ${sqlType}`,
  );
  return `CREATE TABLE ${SOURCE_TABLE} (${columns.join(', ')})`;
}

/** Rows `first` to `last`: each value of each column in turn, and a null now and then. */
export function insertSql(first: number, last: number): string {
  const rows = Array.from({ length: last - first + 1 }, (_, at) => rowSql(first + at));
  const names = STORED.map(({ column }) => sqlName(column));
  return `INSERT INTO ${SOURCE_TABLE} (${names.join(', ')}) VALUES ${rows.join(', ')}`;
}

const NULL_EVERY = 7;

function rowSql(id: number): string {
  const values = STORED.map(({ column, values: possible }, at) => {
    if (column === 'id') return String(id);
    if (column !== 'at' && (id + at) % NULL_EVERY === 0) return 'NULL';
    return possible[id % possible.length] ?? 'NULL';
  });
  return `(${values.join(', ')})`;
}
