import { DeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import type { PgSession } from './pg-session.js';
import { quoteIdentifier, quoteTable, type TableName } from './table-name.js';

export interface PublishedTable extends TableName {
  readonly oid: number;
}

export interface PublicationChange {
  readonly publication: string;
  readonly tables: readonly PublishedTable[];
  /** How long a lock on a table may be waited for before the attempt is given up. */
  readonly lockTimeoutMs?: number;
  readonly attempts?: number;
}

const LOCK_TIMEOUT_MS = 2_000;
const ATTEMPTS = 10;
const PAUSE_MS = 500;

/** Makes the publication where it is missing. Truncations are not published. */
export async function ensurePublication(session: PgSession, publication: string): Promise<void> {
  await alone(session, publication, async () => {
    const rows = await session.query('SELECT 1 FROM pg_publication WHERE pubname = $1', [
      publication,
    ]);
    if (rows.length > 0) return;
    const generated =
      session.serverVersion >= 180_000 ? ', publish_generated_columns = stored' : '';
    await session.query(
      `CREATE PUBLICATION ${quoteIdentifier(publication)} WITH ` +
        `(publish = 'insert, update, delete', publish_via_partition_root = true${generated})`,
      undefined,
      'creating the publication',
    );
  });
}

/**
 * Publishes the tables. Each is added in a transaction of its own that first takes a brief SHARE ROW
 * EXCLUSIVE lock: no transaction that writes to the table is then under way, and none of its changes
 * can be missed. The lock is waited for a short while only, so that the application's writers never
 * queue behind it for long.
 */
export async function ensureTables(session: PgSession, change: PublicationChange): Promise<void> {
  for (const table of change.tables) {
    await attempts(change, () =>
      alone(session, change.publication, async () => {
        const published = await publishedOids(session, change.publication);
        if (published.has(table.oid)) return;
        await lockTable(session, table, change.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
        await session.query(
          `ALTER PUBLICATION ${quoteIdentifier(change.publication)} ADD TABLE ONLY ${quoteTable(table)}`,
          undefined,
          'adding the table to the publication',
        );
      }),
    );
  }
}

/** Takes the tables out of the publication; one that is gone already is fine. */
export async function dropTables(session: PgSession, change: PublicationChange): Promise<void> {
  for (const table of change.tables) {
    await attempts(change, () =>
      alone(session, change.publication, async () => {
        const published = await publishedOids(session, change.publication);
        const name = published.has(table.oid) ? await nameOf(session, table.oid) : null;
        if (name === null) return;
        await session.query(`SET LOCAL lock_timeout = ${change.lockTimeoutMs ?? LOCK_TIMEOUT_MS}`);
        await session.query(
          `ALTER PUBLICATION ${quoteIdentifier(change.publication)} DROP TABLE ONLY ${quoteTable(name)}`,
          undefined,
          'taking the table out of the publication',
        );
      }),
    );
  }
}

/** OIDs of the tables that are published now. A dropped and re-created table has another one. */
export async function publishedOids(session: PgSession, publication: string): Promise<Set<number>> {
  const rows = await session.query<{ oid: number }>(
    `SELECT r.prrelid AS oid FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      WHERE p.pubname = $1`,
    [publication],
    'reading the publication',
  );
  return new Set(rows.map((row) => row.oid));
}

/** One reconciler at a time, whichever process it runs in. */
function alone<T>(session: PgSession, publication: string, body: () => Promise<T>): Promise<T> {
  return session.transaction(async () => {
    await session.query(
      "SELECT pg_advisory_xact_lock(hashtext('lakeferry publication'), hashtext($1))",
      [publication],
    );
    return body();
  });
}

async function lockTable(
  session: PgSession,
  table: PublishedTable,
  lockTimeoutMs: number,
): Promise<void> {
  await session.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  await session.query(
    `LOCK TABLE ONLY ${quoteTable(table)} IN SHARE ROW EXCLUSIVE MODE`,
    undefined,
    'locking the table for a moment',
  );
  const now = await nameOf(session, table.oid);
  if (now === null || now.schema !== table.schema || now.name !== table.name) {
    throw new DeliveryError('SOURCE_TABLE_CHANGED', 'the table was renamed or dropped meanwhile', {
      context: { oid: table.oid },
    });
  }
}

async function nameOf(session: PgSession, oid: number): Promise<TableName | null> {
  const rows = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1`,
    [oid],
  );
  return rows[0] ?? null;
}

async function attempts(change: PublicationChange, body: () => Promise<void>): Promise<void> {
  const limit = change.attempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await body();
    } catch (error) {
      const waits =
        error instanceof Error && 'code' in error && error.code === 'SOURCE_LOCK_TIMEOUT';
      if (!waits || attempt >= limit) throw error;
      await systemClock.sleep(PAUSE_MS);
    }
  }
}
