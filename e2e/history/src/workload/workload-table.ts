import { sqlName } from '../duck-session.js';
import type { SeededRandom } from '../seeded-random.js';

/** A column that the workload fills beside key and version. */
export interface WorkloadColumn {
  readonly name: string;
  /** SQL type. */
  readonly type: string;
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
}

/** The statements of a workload on its table; parameters are arrays, one element per row. */
export interface TableStatements {
  /** $1 keys → `key`, `version` and values of the rows that nobody else has locked, as text. */
  readonly lock: string;
  /** $1 keys, $2 versions, then the columns, last the writer. */
  readonly insert: string;
  /** $1 old keys, $2 new keys, $3 versions, then the columns, last the writer. */
  readonly update: string;
  /** $1 keys. */
  readonly remove: string;
}

export function tableStatements(table: WorkloadTable): TableStatements {
  const key = sqlName(table.key);
  const version = sqlName(table.version);
  const names = table.columns.map((column) => sqlName(column.name));
  const arrays = (from: number) =>
    table.columns.map((column, at) => `, $${from + at}::${column.type}[]`).join('');
  const aliases = names.map((_, at) => `, c${at}`).join('');
  const writer = (parameter: number) =>
    table.writtenBy === undefined
      ? []
      : [{ name: sqlName(table.writtenBy), value: `$${parameter}` }];
  const insertWriter = writer(3 + names.length);
  const updateWriter = writer(4 + names.length);
  const sets = [
    `${key} = v.new_key`,
    `${version} = v.version`,
    ...names.map((name, at) => `${name} = v.c${at}`),
    ...updateWriter.map(({ name, value }) => `${name} = ${value}`),
  ];
  return {
    lock: `SELECT ${key}::text AS "key", ${version}::text AS "version"${names
      .map((name, at) => `, ${name}::text AS c${at}`)
      .join('')} FROM ${table.name} WHERE ${key} = ANY($1::bigint[]) FOR UPDATE SKIP LOCKED`,
    insert: `INSERT INTO ${table.name} (${[
      key,
      version,
      ...names,
      ...insertWriter.map(({ name }) => name),
    ].join(', ')}) SELECT v.*${insertWriter.map(({ value }) => `, ${value}`).join('')}
      FROM unnest($1::bigint[], $2::bigint[]${arrays(3)}) AS v(k, version${aliases})`,
    update: `UPDATE ${table.name} AS t SET ${sets.join(', ')}
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]${arrays(4)}) AS v(old_key, new_key, version${aliases})
      WHERE t.${key} = v.old_key`,
    remove: `DELETE FROM ${table.name} WHERE ${key} = ANY($1::bigint[])`,
  };
}
