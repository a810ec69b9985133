import { DeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import { comparableInsertLsn, formatLsn, parseLsn, type Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';

/** How far the source's log is, and when that was. */
export interface WalPosition {
  /** Comparable with flush positions and with the ends of transactions. */
  readonly insertLsn: Lsn;
  readonly flushLsn: Lsn;
  /** The source's clock, read before the positions: what commits later lies behind `insertLsn`. */
  readonly at: string;
}

const POLL_MS = 20;
const FORCE_EVERY_MS = 1_000;

/** Output columns are evaluated from left to right: the clock is read first. */
const POSITION_QUERY = `
  SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
         pg_current_wal_insert_lsn()::text AS insert_lsn, pg_current_wal_flush_lsn()::text AS flush_lsn,
         (SELECT setting::int FROM pg_settings WHERE name = 'wal_block_size') AS block_bytes,
         (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size') AS segment_bytes`;

export async function readWalPosition(session: PgSession): Promise<WalPosition> {
  const rows = await session.query<{
    at: string;
    insert_lsn: string;
    flush_lsn: string;
    block_bytes: number;
    segment_bytes: number;
  }>(POSITION_QUERY, undefined, 'reading the log position');
  const row = rows[0];
  if (row === undefined) {
    throw new DeliveryError('SOURCE_UNAVAILABLE', 'the source gave no log position');
  }
  const geometry = { walBlockBytes: row.block_bytes, walSegmentBytes: row.segment_bytes };
  return {
    at: row.at,
    insertLsn: comparableInsertLsn(parseLsn(row.insert_lsn), geometry),
    flushLsn: parseLsn(row.flush_lsn),
  };
}

/**
 * Makes the server flush its log up to now, by a transaction that writes one tiny record. The flush is
 * local: it does not wait for a standby that may be away.
 */
export async function forceFlush(session: PgSession): Promise<void> {
  await session.transaction(async () => {
    await session.query("SET LOCAL synchronous_commit = 'local'");
    await session.query(
      "SELECT pg_logical_emit_message(true, 'lakeferry', '')",
      undefined,
      'flushing the log',
    );
  });
}

/** Resolves once the server's disk holds the log up to `lsn`. Not inside a transaction. */
export async function waitUntilFlushed(
  session: PgSession,
  lsn: Lsn,
  limits: { readonly timeLimitMs: number },
): Promise<void> {
  const deadline = performance.now() + limits.timeLimitMs;
  let forcedMs = -Infinity;
  for (;;) {
    const position = await readWalPosition(session);
    if (position.flushLsn >= lsn) return;
    const now = performance.now();
    if (now > deadline) {
      throw new DeliveryError('SOURCE_UNAVAILABLE', 'the source did not flush its log in time', {
        context: { lsn: formatLsn(lsn), flushLsn: formatLsn(position.flushLsn) },
      });
    }
    if (now - forcedMs >= FORCE_EVERY_MS) {
      forcedMs = now;
      await forceFlush(session);
    } else {
      await systemClock.sleep(POLL_MS);
    }
  }
}
