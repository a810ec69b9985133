import { DeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import { parseLsn, type Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';

/** What makes a position of one server meaningless on another. */
export interface SystemIdentity {
  readonly systemId: string;
  readonly timeline: number;
  readonly database: string;
}

/** A logical slot as the server has it now. */
export interface SlotState {
  readonly plugin: string;
  readonly database: string;
  readonly temporary: boolean;
  /** The walsender that holds it; null when it is free. */
  readonly activePid: number | null;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string;
  readonly restartLsn: Lsn | null;
  readonly confirmedFlushLsn: Lsn | null;
  /** Log that the server keeps because of the slot. */
  readonly retainedBytes: number;
  /** Why the server gave the slot up; null while it is good. */
  readonly invalidationReason: string | null;
}

/** Works on ordinary sessions; the timeline is that of the log being written. */
export async function readSystemIdentity(session: PgSession): Promise<SystemIdentity> {
  const rows = await session.query<{ system: string; timeline: number; database: string }>(
    `SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system,
            ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline,
            current_database()::text AS database`,
    undefined,
    'identifying the source',
  );
  const row = rows[0];
  if (row === undefined)
    throw new DeliveryError('SOURCE_UNAVAILABLE', 'the source has no identity');
  return { systemId: row.system, timeline: row.timeline, database: row.database };
}

/**
 * Makes the slot where it is missing. Where the server can, the slot is one that standbys keep in step
 * with; whether they do is the operator's configuration.
 */
export async function ensureSlot(
  session: PgSession,
  options: { readonly slotName: string },
): Promise<{ readonly created: boolean; readonly consistentPoint: Lsn | null }> {
  if ((await readSlot(session, options.slotName)) !== null) {
    return { created: false, consistentPoint: null };
  }
  const failover = session.serverVersion >= 170_000 ? ', false, false, true' : '';
  const rows = await session.query<{ lsn: string }>(
    `SELECT lsn::text FROM pg_create_logical_replication_slot($1, 'pgoutput'${failover})`,
    [options.slotName],
    'creating the replication slot',
  );
  return { created: true, consistentPoint: parseLsn(rows[0]?.lsn ?? '') };
}

/** Null when there is no slot of that name. */
export async function readSlot(session: PgSession, slotName: string): Promise<SlotState | null> {
  const reason = session.serverVersion >= 170_000 ? 'invalidation_reason' : 'NULL::text';
  const rows = await session.query<{
    plugin: string | null;
    database: string | null;
    temporary: boolean;
    active_pid: number | null;
    wal_status: string | null;
    restart_lsn: string | null;
    confirmed: string | null;
    retained: string | null;
    reason: string | null;
  }>(
    `SELECT plugin::text, database::text, temporary, active_pid, wal_status,
            restart_lsn::text, confirmed_flush_lsn::text AS confirmed,
            pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text AS retained,
            ${reason} AS reason
       FROM pg_replication_slots WHERE slot_name = $1`,
    [slotName],
    'reading the replication slot',
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    plugin: row.plugin ?? 'physical',
    database: row.database ?? '',
    temporary: row.temporary,
    activePid: row.active_pid,
    walStatus: row.wal_status ?? 'lost',
    restartLsn: row.restart_lsn === null ? null : parseLsn(row.restart_lsn),
    confirmedFlushLsn: row.confirmed === null ? null : parseLsn(row.confirmed),
    retainedBytes: Math.max(0, Number(row.retained ?? 0)),
    invalidationReason: row.reason,
  };
}

/** Drops a slot that nobody holds; one that is missing is fine. */
export async function dropSlot(session: PgSession, slotName: string): Promise<void> {
  await session.query(
    `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1`,
    [slotName],
    'dropping the replication slot',
  );
}

const POLL_MS = 50;

/**
 * Ends the walsender that still holds the slot, that of a predecessor which may be dead or unreachable,
 * and waits until the slot is free.
 *
 * @returns the process that was ended; null when the slot was free
 */
export async function terminatePredecessor(
  session: PgSession,
  options: { readonly slotName: string; readonly timeLimitMs: number },
): Promise<number | null> {
  const deadline = performance.now() + options.timeLimitMs;
  let ended: number | null = null;
  for (;;) {
    const slot = await readSlot(session, options.slotName);
    if (slot === null || slot.activePid === null) return ended;
    if (performance.now() > deadline) {
      throw new DeliveryError(
        'SOURCE_SLOT_BUSY',
        'the replication slot is held by another process',
        {
          context: { slotName: options.slotName, pid: slot.activePid },
        },
      );
    }
    ended = slot.activePid;
    await session.query(
      'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid = $2',
      [options.slotName, slot.activePid],
      'ending the predecessor',
    );
    await systemClock.sleep(POLL_MS);
  }
}
