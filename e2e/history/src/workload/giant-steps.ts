import type pg from 'pg';
import type { RowChanges, RowValues } from '../committed-change.js';
import { sqlName } from '../duck-session.js';
import type { SeededRandom } from '../seeded-random.js';
import { changeRun } from './change-run.js';
import type { NumberLine } from './number-line.js';
import { insertInto, isSmall, type WorkloadTable } from './workload-table.js';

/** Sets of values that the rows of a giant step share among them, in turn. */
const VALUE_SETS = 97;

export interface GiantStep {
  readonly client: pg.Client;
  readonly table: WorkloadTable;
  readonly rows: number;
  readonly keys: NumberLine;
  readonly versions: NumberLine;
  readonly random: SeededRandom;
  readonly writer: string;
}

/** Values of a statement as they come to be needed. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** Large values, and tables whose steps are kept small, are no matter of giant steps. */
export function canBeGiant(table: WorkloadTable): boolean {
  return table.stepRowsMax === undefined && table.columns.every(isSmall);
}

/** Inserts rows that the server makes out of a few sets of values. */
export async function giantInsert(step: GiantStep): Promise<RowChanges> {
  const { table, rows } = step;
  const sets = valueSets(step);
  const key = step.keys.take(rows);
  const version = step.versions.take(rows);
  const given = new Parameters();
  const cells = [
    `${given.add(key, 'bigint')} + i`,
    `${given.add(version, 'bigint')} + i`,
    ...table.columns.map((_, at) => `p.c${at}`),
    ...(table.writtenBy === undefined ? [] : [given.add(step.writer, 'text')]),
  ];
  await step.client.query(
    `${insertInto(table)} SELECT ${cells.join(', ')}
     FROM generate_series(0, ${given.add(rows - 1, 'bigint')}) AS i
     JOIN ${setsSql(table, sets, given)} ON p.place = i % ${VALUE_SETS}`,
    given.values,
  );
  return changeRun(rows, (index) => ({
    table: table.name,
    key: key + BigInt(index),
    version: version + BigInt(index),
    replaces: null,
    values: sets[index % VALUE_SETS] ?? {},
  }));
}

/** Gives every column of many rows that are there, and that nobody else has locked, new values. */
export async function giantUpdate(step: GiantStep): Promise<RowChanges> {
  const { table, rows } = step;
  const sets = valueSets(step);
  const first = step.versions.take(rows);
  const given = new Parameters();
  const [key, version] = [sqlName(table.key), sqlName(table.version)];
  const highest = Number(step.keys.highest);
  const from = step.random.integer(1, Math.max(1, highest - rows));
  const assigned = [
    `${version} = ${given.add(first, 'bigint')} + n.i`,
    ...table.columns.map(({ name }, at) => `${sqlName(name)} = p.c${at}`),
    ...(table.writtenBy === undefined
      ? []
      : [`${sqlName(table.writtenBy)} = ${given.add(step.writer, 'text')}`]),
  ];
  const answer = await step.client.query<{ i: string[]; k: string[]; v: string[] }>(
    `WITH locked AS MATERIALIZED (SELECT ${key} AS k, ${version} AS v FROM ${table.name}
         WHERE ${key} >= ${given.add(from, 'bigint')} ORDER BY ${key}
         LIMIT ${given.add(rows, 'bigint')} FOR UPDATE SKIP LOCKED),
       numbered AS (SELECT k, v, row_number() OVER () - 1 AS i FROM locked),
       changed AS (UPDATE ${table.name} AS t SET ${assigned.join(', ')}
         FROM numbered n JOIN ${setsSql(table, sets, given)} ON p.place = n.i % ${VALUE_SETS}
         WHERE t.${key} = n.k RETURNING n.i, n.k, n.v)
     SELECT coalesce(array_agg(i::text), '{}') AS i, coalesce(array_agg(k::text), '{}') AS k,
       coalesce(array_agg(v::text), '{}') AS v FROM changed`,
    given.values,
  );
  const { i = [], k = [], v = [] } = answer.rows[0] ?? {};
  const places = Int32Array.from(i, Number);
  const keys = BigInt64Array.from(k, BigInt);
  const replaced = BigInt64Array.from(v, BigInt);
  return changeRun(places.length, (index) => {
    const place = places[index] ?? 0;
    return {
      table: table.name,
      key: keys[index] ?? 0n,
      version: first + BigInt(place),
      replaces: replaced[index] ?? 0n,
      values: sets[place % VALUE_SETS] ?? {},
    };
  });
}

function valueSets({ table, random }: GiantStep): RowValues[] {
  return Array.from({ length: VALUE_SETS }, () =>
    Object.fromEntries(table.columns.map((column) => [column.name, column.make(random)])),
  );
}

function setsSql(table: WorkloadTable, sets: readonly RowValues[], given: Parameters): string {
  const places = given.add(
    sets.map((_, place) => place),
    'int[]',
  );
  const columns = table.columns.map(({ name, type }) =>
    given.add(
      sets.map((set) => set[name] ?? null),
      `${type}[]`,
    ),
  );
  const names = table.columns.map((_, at) => `c${at}`);
  return `unnest(${[places, ...columns].join(', ')}) AS p(${['place', ...names].join(', ')})`;
}
