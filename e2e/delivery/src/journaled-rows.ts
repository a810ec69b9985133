import type { Journal, RowValues } from '@lakeferry/history';
import type pg from 'pg';

/** Version and text of a row. */
export type VersionedRow = readonly [version: bigint, row: string];

/** What is in a day table, by version. */
export async function rowsOf(client: pg.Client, table: string): Promise<VersionedRow[]> {
  const answer = await client.query<{ version: string; row: string }>(
    `SELECT version::text, concat_ws('|', id, day, note) AS row FROM ${table} AS t ORDER BY t.version`,
  );
  return answer.rows.map(({ version, row }) => [BigInt(version), row]);
}

/** Versions of a day table that nothing replaced, as the journal has them. */
export function survivors(
  journal: Journal,
  { table, rows }: { table: string; rows: number },
): VersionedRow[] {
  const alive = new Map<bigint, string>();
  for (let id = 1; id <= rows; id += 1) {
    const day = new Date(Date.UTC(2026, 0, 1 + (id % 6))).toISOString().slice(0, 10);
    alive.set(BigInt(id), textOf(BigInt(id), { day, note: `note ${id}` }));
  }
  const changes = journal.transactions
    .flatMap((transaction) => [...transaction.changes])
    .filter((change) => change.table === table);
  for (const { version, key, values } of changes) {
    if (version !== null) alive.set(version, textOf(key, values));
  }
  for (const { replaces } of changes) if (replaces !== null) alive.delete(replaces);
  return [...alive].sort(([a], [b]) => (a < b ? -1 : 1));
}

function textOf(key: bigint, { day, note }: RowValues): string {
  return [String(key), day, note].filter((part) => part != null).join('|');
}
