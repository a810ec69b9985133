import type { Client } from 'pg';
import { createTableSql, insertRowsSql, type BenchTable } from './tables.js';

/** Keys of rows that were written, all between. */
export interface KeyRange {
  readonly first: number;
  readonly last: number;
}

/** Makes a table anew with `rows` rows, as one that has been there for long: vacuumed, and on disk. */
export async function makeTable(client: Client, table: BenchTable, rows: number): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS ${table.name}`);
  await client.query(createTableSql(table));
  if (rows > 0) await client.query(insertRowsSql(table, '1::bigint', String(rows)));
  await client.query(`VACUUM (ANALYZE) ${table.name}`);
  await client.query('CHECKPOINT');
}

/** Writes rows in transactions of one size, as fast as the server can, without a round trip for each. */
export async function writeTransactions(
  client: Client,
  options: {
    readonly table: BenchTable;
    readonly keys: KeyRange;
    readonly rowsPerTransaction: number;
  },
): Promise<void> {
  const { table, keys, rowsPerTransaction } = options;
  // The log is what the bench reads: nobody waits for its disk.
  await client.query('SET synchronous_commit = off');
  await client.query(`
    DO $$
    DECLARE
      at bigint := ${keys.first};
    BEGIN
      WHILE at <= ${keys.last} LOOP
        ${insertRowsSql(table, 'at', `least(at + ${rowsPerTransaction - 1}, ${keys.last})`)};
        COMMIT;
        at := at + ${rowsPerTransaction};
      END LOOP;
    END $$`);
  await client.query('RESET synchronous_commit');
}
