import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { RowChange, RowValues } from '../committed-change.js';
import type { SeededRandom } from '../seeded-random.js';
import type { NumberLine } from './number-line.js';
import {
  isSmall,
  type TableStatements,
  type WorkloadColumn,
  type WorkloadTable,
} from './workload-table.js';

/** A step on a few rows of one table. */
export interface StepTarget {
  readonly client: pg.Client;
  readonly table: WorkloadTable;
  readonly statements: TableStatements;
  readonly keys: NumberLine;
  readonly versions: NumberLine;
  readonly random: SeededRandom;
  readonly writer: string;
  readonly rows: number;
}

interface LockedRow {
  readonly key: string;
  readonly version: string;
  readonly [column: string]: string | null;
}

/** A change with what is written to the table: large values as they are. */
interface WrittenChange extends RowChange {
  readonly from: string;
  readonly written: RowValues;
}

/** A share of the updated values changes; the others stay as they were. */
const VALUE_CHANGE_SHARE = 0.3;
const LARGE_CHANGE_SHARE = 0.1;
/** Rows looked for above the rows wanted: some keys are deleted, some rows locked. */
const CANDIDATES_PER_ROW = 2;

export async function insertRows(target: StepTarget): Promise<RowChange[]> {
  const { table, keys, versions, random } = target;
  const changes = Array.from({ length: target.rows }, () => {
    const written = Object.fromEntries(
      table.columns.map((column) => [column.name, column.make(random)]),
    );
    return {
      ...{ table: table.name, key: keys.next(), version: versions.next(), replaces: null },
      ...{ from: '', written, values: journaled(table, written) },
    };
  });
  await target.client.query(target.statements.insert, [
    changes.map(({ key }) => key),
    changes.map(({ version }) => version),
    ...valueArrays(target, changes, table.columns),
  ]);
  return changes.map(toRowChange);
}

export async function updateRows(target: StepTarget, key: 'same' | 'new'): Promise<RowChange[]> {
  const { table, statements, keys, versions } = target;
  const locked = await lockRows(target);
  const changes = locked.map((row): WrittenChange & { isLarge: boolean } => {
    const { written, values, isLarge } = changedValues(target, row);
    return {
      ...{ table: table.name, key: key === 'new' ? keys.next() : BigInt(row.key) },
      ...{ version: versions.next(), replaces: BigInt(row.version), values },
      ...{ from: row.key, written, isLarge },
    };
  });
  const small = table.columns.filter(isSmall);
  for (const [statement, columns, some] of [
    [statements.update, small, changes.filter(({ isLarge }) => !isLarge)],
    [statements.updateLarge, table.columns, changes.filter(({ isLarge }) => isLarge)],
  ] as const) {
    if (some.length === 0) continue;
    await target.client.query(statement, [
      some.map(({ from }) => from),
      some.map((change) => change.key),
      some.map(({ version }) => version),
      ...valueArrays(target, some, columns),
    ]);
  }
  return changes.map(toRowChange);
}

export async function deleteRows(target: StepTarget): Promise<RowChange[]> {
  const { table, client, statements } = target;
  const locked = await lockRows(target);
  await client.query(statements.remove, [locked.map(({ key }) => key)]);
  return locked.map((row) => ({
    ...{ table: table.name, key: BigInt(row.key), version: null },
    ...{ replaces: BigInt(row.version), values: {} },
  }));
}

/** Locks some rows and reads what they hold: nobody can replace these versions but this transaction. */
async function lockRows(target: StepTarget): Promise<LockedRow[]> {
  const { rows, random, keys, statements } = target;
  const highest = Number(keys.highest);
  const candidates = Array.from({ length: rows * CANDIDATES_PER_ROW }, () =>
    random.integer(1, Math.max(highest, 1)),
  );
  const found = await target.client.query<LockedRow>(statements.lock, [candidates]);
  return found.rows.slice(0, rows);
}

/** New values of a row. Its large ones all change or none does: then they are not even named. */
function changedValues(
  { table, random }: StepTarget,
  row: LockedRow,
): { written: RowValues; values: RowValues; isLarge: boolean } {
  const isLarge = !table.columns.every(isSmall) && random.chance(LARGE_CHANGE_SHARE);
  const written: Record<string, string | null> = {};
  const values: Record<string, string | null> = {};
  for (const [at, column] of table.columns.entries()) {
    const { name } = column;
    const changes = column.large === true ? isLarge : random.chance(VALUE_CHANGE_SHARE);
    const old = row[`c${at}`] ?? null;
    written[name] = changes ? column.make(random) : old;
    values[name] = changes ? told(column, written[name]) : old;
  }
  return { written, values, isLarge };
}

function journaled(table: WorkloadTable, written: RowValues): RowValues {
  return Object.fromEntries(
    table.columns.map((column) => [column.name, told(column, written[column.name] ?? null)]),
  );
}

/** A value as the journal keeps it. */
function told(column: WorkloadColumn, value: string | null): string | null {
  if (value === null || column.large !== true) return value;
  return createHash('md5').update(value).digest('hex');
}

function valueArrays(
  { table, writer }: StepTarget,
  changes: readonly WrittenChange[],
  columns: readonly WorkloadColumn[],
): unknown[] {
  const cells = columns.map(({ name }) => changes.map(({ written }) => written[name] ?? null));
  return table.writtenBy === undefined ? cells : [...cells, writer];
}

function toRowChange({ table, key, version, replaces, values }: RowChange): RowChange {
  return { table, key, version, replaces, values };
}
