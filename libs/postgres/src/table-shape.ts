import { DeliveryError } from '@lakeferry/errors';
import { describeTable, type TableDescription } from './catalog.js';
import type { Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { quoteTable } from './table-name.js';
import { readWalPosition } from './wal-position.js';

/** A table as the catalog has it, and the stretch of the log that it speaks for. */
export interface TableShape {
  readonly table: TableDescription;
  /** Numbers of columns that were dropped. */
  readonly dropped: readonly number[];
  /** Whatever changed the table in a transaction that committed below this is in it. */
  readonly seesBelow: Lsn;
  /** Nothing that committed at or above this is in it. */
  readonly holdsFrom: Lsn;
}

const LOCK_TIMEOUT_MS = 3_000;

/**
 * Reads a table under a lock that everybody who changes its columns has to wait for, and has to
 * have given back: a change that the log holds already can't be missing, though the server may
 * hide it for a moment longer.
 *
 * @returns null when the table was dropped
 * @throws DeliveryError SOURCE_LOCK_TIMEOUT while somebody changes the table
 */
export async function readTableShape(session: PgSession, oid: number): Promise<TableShape | null> {
  return session.transaction(async () => {
    const before = await readWalPosition(session);
    const named = await describeTable(session, oid);
    if (named === null) return null;
    await session.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await session.query(
      `LOCK TABLE ONLY ${quoteTable(named)} IN ACCESS SHARE MODE`,
      undefined,
      'locking the table for a look at its columns',
    );
    const table = await describeTable(session, oid);
    if (table === null || table.table !== named.table) {
      throw new DeliveryError('SOURCE_LOCK_TIMEOUT', 'the table was renamed or dropped meanwhile', {
        context: { oid },
      });
    }
    const dropped = await session.query<{ attnum: number }>(
      `SELECT attnum FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND attisdropped
        ORDER BY attnum`,
      [oid],
      'describing the columns',
    );
    const after = await readWalPosition(session);
    return {
      table,
      dropped: dropped.map(({ attnum }) => attnum),
      seesBelow: before.insertLsn,
      holdsFrom: after.insertLsn,
    };
  });
}
