import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { insertRowsSql, type BenchTable } from './tables.js';

export interface SteadyWriterOptions {
  readonly table: BenchTable;
  /** Key of the first row. */
  readonly first: number;
  readonly rowsPerSecond: number;
  readonly seconds: number;
}

/** When rows were committed: keys `first` to `last`, by the clock of this process. */
export interface Committed {
  readonly first: number;
  readonly last: number;
  readonly atMs: number;
}

const TRANSACTIONS_PER_SECOND = 50;

/** Inserts rows at a steady rate, fifty transactions a second; late ones are made up for. */
export async function writeSteadily(
  client: Client,
  options: SteadyWriterOptions,
): Promise<Committed[]> {
  const { table, first, rowsPerSecond, seconds } = options;
  const insert = insertRowsSql(table, '$1::bigint', '$2::bigint');
  const committed: Committed[] = [];
  const startedAt = Date.now();
  const total = Math.round(rowsPerSecond * seconds);
  for (let written = 0; written < total;) {
    const elapsed = (Date.now() - startedAt) / 1000;
    const due = Math.min(total, Math.floor(elapsed * rowsPerSecond));
    if (due > written) {
      const keys = { first: first + written, last: first + due - 1 };
      await client.query(insert, [keys.first, keys.last]);
      committed.push({ ...keys, atMs: Date.now() });
      written = due;
    }
    await sleep(1000 / TRANSACTIONS_PER_SECOND);
  }
  return committed;
}
