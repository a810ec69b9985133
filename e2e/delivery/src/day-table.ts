import type { ComparedColumn, SeededRandom, WorkloadTable } from '@lakeferry/history';
import type pg from 'pg';

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 6;

function day(random: SeededRandom): string {
  return new Date(FIRST_DAY + random.integer(0, DAYS - 1) * 86_400_000).toISOString().slice(0, 10);
}

function note(random: SeededRandom): string | null {
  return random.chance(0.1) ? null : `note ${random.integer(1, 1_000_000)} "é\n`;
}

/** A small table for workloads: rows of a few days, with a note. */
export function dayTable(name: string): WorkloadTable {
  return {
    name,
    key: 'id',
    version: 'version',
    writtenBy: 'written_by',
    columns: [
      { name: 'day', type: 'date', make: day },
      { name: 'note', type: 'text', make: note },
    ],
  };
}

/** Columns of a day table that the checker compares. */
export const DAY_COLUMNS: readonly ComparedColumn[] = [
  { name: 'day', objectName: 'day', type: 'DATE' },
  { name: 'note', objectName: 'note', type: 'VARCHAR' },
];

/** Creates the table with `rows` rows, version = key. */
export async function createDayTable(client: pg.Client, name: string, rows: number): Promise<void> {
  await client.query(`CREATE TABLE ${name} (id bigint PRIMARY KEY, version bigint NOT NULL,
    day date NOT NULL, note text, written_by text)`);
  await client.query(
    `INSERT INTO ${name} SELECT i, i, DATE '2026-01-01' + (i % ${DAYS})::int, 'note ' || i, 'load'
     FROM generate_series(1, $1::bigint) AS i`,
    [rows],
  );
}

/** DuckDB relation of what `createDayTable` put in. */
export function dayTableBase(rows: number): string {
  return `(SELECT i AS version, i AS key, DATE '2026-01-01' + CAST(i % ${DAYS} AS INTEGER) AS day,
    'note ' || i AS note FROM range(1, ${rows + 1}) AS r(i)) AS base`;
}
