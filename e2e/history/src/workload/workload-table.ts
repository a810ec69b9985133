import { sqlName } from '../duck-session.js';
import type { SeededRandom } from '../seeded-random.js';

/** A column that the workload fills beside key and version. */
export interface WorkloadColumn {
  readonly name: string;
  /** SQL type. */
  readonly type: string;
  /**
   * Values of many kilobytes: the journal keeps their MD5, and an update names the column only where it
   * changes, so that PostgreSQL leaves what is stored apart from the row alone.
   */
  readonly large?: boolean | undefined;
  /** A value in PostgreSQL's text form, the form that PostgreSQL prints it in. */
  make(random: SeededRandom): string | null;
}

/** A table that a workload writes to: a `bigint` key, a `bigint` version, and columns with values. */
export interface WorkloadTable {
  /** Name as in SQL, quoted where it must be. */
  readonly name: string;
  readonly key: string;
  readonly version: string;
  /** Text column that tells which connection wrote the version. */
  readonly writtenBy?: string | undefined;
  readonly columns: readonly WorkloadColumn[];
  /** Rows of the largest step on this table, where that is less than elsewhere. */
  readonly stepRowsMax?: number | undefined;
}

/** The statements of a workload on its table; parameters are arrays, one element per row. */
export interface TableStatements {
  /** $1 keys → `key`, `version` and values (`c0` …) of the rows that nobody else has locked, as text; of large ones the MD5. */
  readonly lock: string;
  /** $1 keys, $2 versions, then the columns, last the writer. */
  readonly insert: string;
  /** $1 old keys, $2 new keys, $3 versions, then the columns but large ones, last the writer. */
  readonly update: string;
  /** The same with the large columns. */
  readonly updateLarge: string;
  /** $1 keys. */
  readonly remove: string;
}

export function tableStatements(table: WorkloadTable): TableStatements {
  const key = sqlName(table.key);
  const version = sqlName(table.version);
  const names = table.columns.map((column) => sqlName(column.name));
  const shown = table.columns.map(({ large }, at) =>
    large === true ? `md5(${names[at]}::text) AS c${at}` : `${names[at]}::text AS c${at}`,
  );
  return {
    lock: `SELECT ${[`${key}::text AS "key"`, `${version}::text AS "version"`, ...shown].join(', ')}
      FROM ${table.name} WHERE ${key} = ANY($1::bigint[]) FOR UPDATE SKIP LOCKED`,
    insert: insertStatement(table),
    update: updateStatement(table, table.columns.filter(isSmall)),
    updateLarge: updateStatement(table, table.columns),
    remove: `DELETE FROM ${table.name} WHERE ${key} = ANY($1::bigint[])`,
  };
}

export function isSmall(column: WorkloadColumn): boolean {
  return column.large !== true;
}

/** `INSERT INTO t (columns) ` for rows of key, version, the columns and the writer, in this order. */
export function insertInto(table: WorkloadTable): string {
  const { key, version, columns, writtenBy } = table;
  const names = [key, version, ...columns.map(({ name }) => name)];
  const all = writtenBy === undefined ? names : [...names, writtenBy];
  return `INSERT INTO ${table.name} (${all.map(sqlName).join(', ')})`;
}

function insertStatement(table: WorkloadTable): string {
  const { columns, writtenBy } = table;
  const writer = writtenBy === undefined ? '' : `, $${3 + columns.length}`;
  return `${insertInto(table)} SELECT v.*${writer} FROM unnest($1::bigint[], $2::bigint[]${arrays(columns, 3)})
    AS v(k, version${aliases(columns)})`;
}

function updateStatement(table: WorkloadTable, columns: readonly WorkloadColumn[]): string {
  const { key, version, writtenBy } = table;
  const sets = [
    `${sqlName(key)} = v.new_key`,
    `${sqlName(version)} = v.version`,
    ...columns.map(({ name }, at) => `${sqlName(name)} = v.c${at}`),
    ...(writtenBy === undefined ? [] : [`${sqlName(writtenBy)} = $${4 + columns.length}`]),
  ];
  return `UPDATE ${table.name} AS t SET ${sets.join(', ')}
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]${arrays(columns, 4)})
      AS v(old_key, new_key, version${aliases(columns)})
    WHERE t.${sqlName(key)} = v.old_key`;
}

function arrays(columns: readonly WorkloadColumn[], from: number): string {
  return columns.map(({ type }, at) => `, $${from + at}::${type}[]`).join('');
}

function aliases(columns: readonly WorkloadColumn[]): string {
  return columns.map((_, at) => `, c${at}`).join('');
}
