import type { ScanLeaf } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { must, systemClock } from '@lakeferry/runtime';
import type { TableDescription } from './catalog.js';
import { connectPostgres } from './connect.js';
import { parseLsn, type Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { readSystemIdentity, type SystemIdentity } from './slot.js';
import { normaliseSnapshot } from './snapshot-xid.js';
import { formatTableName, quoteLiteral } from './table-name.js';

export interface ScanPlan {
  /** C: a transaction belongs to the task iff its commit LSN is not below it. */
  readonly consistentPoint: Lsn;
  /** S: what the scan may see, as text. */
  readonly snapshot: string;
  /** The source's clock when the plan was made. */
  readonly plannedAt: string;
  readonly identity: SystemIdentity;
  /** In the order of the scan; blocks are numbered through them. */
  readonly leaves: readonly ScanLeaf[];
}

/** A transaction that a plan waits for. */
export interface WaitingTransaction {
  /** Null for a prepared transaction. */
  readonly pid: number | null;
  /** Name of the prepared transaction, else null. */
  readonly prepared: string | null;
  readonly startedAt: string | null;
  readonly applicationName: string | null;
  readonly user: string | null;
}

export interface ScanPlanOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly table: TableDescription;
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal;
}

/** A plan in the making. */
export interface ScanPlanning {
  readonly result: Promise<ScanPlan>;
  /** The transaction it waits for now; null when it waits for none. */
  waitingFor(session: PgSession): Promise<WaitingTransaction | null>;
  /** Gives the plan up; `result` rejects. Nothing is left behind. */
  cancel(): Promise<void>;
}

const PAUSE_MS = 500;
const CANCEL_POLL_MS = 200;

/**
 * Finds the point and the snapshot at which a task starts. A temporary slot gives both; it waits for
 * every transaction that runs in the cluster. No connection and no snapshot outlives the call.
 */
export function startScanPlan(options: ScanPlanOptions): ScanPlanning {
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  let walsenderPid: number | null = null;
  const result = planUntil(options, signal, (pid) => {
    walsenderPid = pid;
  });
  result.catch(() => undefined);
  return {
    result,
    waitingFor: (session) =>
      walsenderPid === null ? Promise.resolve(null) : readBlocker(session, walsenderPid),
    cancel: async () => {
      stop.abort();
      await result.catch(() => undefined);
    },
  };
}

async function planUntil(
  options: ScanPlanOptions,
  signal: AbortSignal,
  onWalsender: (pid: number | null) => void,
): Promise<ScanPlan> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeLimitMs)]);
  while (!limit.aborted) {
    const plan = await planOnce(options, limit, onWalsender);
    if (plan !== null) return plan;
    await systemClock.sleep(PAUSE_MS, limit);
  }
  throw waitedTooLong();
}

/** Null when the attempt has to be repeated. */
async function planOnce(
  options: ScanPlanOptions,
  signal: AbortSignal,
  onWalsender: (pid: number | null) => void,
): Promise<ScanPlan | null> {
  const { url, applicationName } = options;
  const walsender = await connectPostgres({ url, applicationName, replication: true });
  const reader = await connectPostgres({ url, applicationName }).catch(async (error: unknown) => {
    await walsender.close();
    throw error;
  });
  onWalsender(walsender.processId);
  try {
    const slot = await createSlot(walsender, reader, signal);
    return slot === null ? null : await readPlan(reader, options.table, slot);
  } finally {
    onWalsender(null);
    await Promise.all([walsender.close(), reader.close()]);
  }
}

interface ExportedSlot {
  readonly consistent_point: string;
  readonly snapshot_name: string;
}

/** The command heeds no timeout: on abort it is cancelled through the other connection. */
async function createSlot(
  walsender: PgSession,
  reader: PgSession,
  signal: AbortSignal,
): Promise<ExportedSlot | null> {
  let finished = false;
  const creating = walsender
    .query<ExportedSlot>(
      `CREATE_REPLICATION_SLOT "lakeferry_plan_${walsender.processId}" TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT`,
      undefined,
      'exporting a snapshot',
    )
    .finally(() => {
      finished = true;
    });
  const cancelling = cancelOnAbort({
    walsender,
    reader,
    signal,
    isFinished: () => finished,
  });
  try {
    return must((await creating)[0], 'a created slot is described');
  } catch (error) {
    if (signal.aborted) throw waitedTooLong();
    if (error instanceof Error && 'code' in error && error.code === 'SOURCE_SNAPSHOT_TOO_LARGE') {
      return null;
    }
    throw error;
  } finally {
    await cancelling;
  }
}

/** Repeats itself: a cancellation that arrives between two waits is forgotten by the server. */
async function cancelOnAbort(options: {
  readonly walsender: PgSession;
  readonly reader: PgSession;
  readonly signal: AbortSignal;
  readonly isFinished: () => boolean;
}): Promise<void> {
  const { walsender, reader, signal, isFinished } = options;
  while (!isFinished()) {
    if (signal.aborted) {
      const cancel = reader.query('SELECT pg_cancel_backend($1)', [walsender.processId]);
      // Without the other connection only the end of its own one stops the command.
      await cancel.catch(() => walsender.close());
    }
    await systemClock.sleep(CANCEL_POLL_MS);
  }
}

interface LeafRow {
  oid: number;
  relfilenode: number;
  current: number | null;
  bytes: string | null;
}

/** Null when the table was rewritten between the snapshot and the look at its file. */
async function readPlan(
  session: PgSession,
  table: TableDescription,
  slot: ExportedSlot,
): Promise<ScanPlan | null> {
  return session.transaction(async () => {
    await session.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(slot.snapshot_name).trim()}`);
    const facts = await session.query<{ snapshot: string; at: string; block_bytes: number }>(
      `SELECT pg_current_snapshot()::text AS snapshot,
              to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
              current_setting('block_size')::int AS block_bytes`,
    );
    const { snapshot, at, block_bytes } = must(facts[0], 'a select without from gives a row');
    const rows = await session.query<LeafRow>(
      `SELECT oid, relfilenode, pg_relation_filenode(oid) AS current,
              pg_relation_size(oid, 'main')::text AS bytes
         FROM pg_class WHERE oid = ANY($1::oid[])`,
      [table.leaves.map((leaf) => leaf.oid)],
    );
    const leaves = numberLeaves(table, rows, block_bytes);
    if (leaves === null) return null;
    return {
      consistentPoint: parseLsn(slot.consistent_point),
      snapshot: normaliseSnapshot(snapshot),
      plannedAt: at,
      identity: await readSystemIdentity(session),
      leaves,
    };
  }, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

/**
 * `relfilenode` is read as the snapshot sees it and as it is now: were they different, a rewrite in
 * between could have given all rows ids that the snapshot does not see.
 */
function numberLeaves(
  table: TableDescription,
  rows: readonly LeafRow[],
  blockBytes: number,
): ScanLeaf[] | null {
  const leaves: ScanLeaf[] = [];
  let firstBlock = 0;
  for (const leaf of table.leaves) {
    const row = rows.find((found) => found.oid === leaf.oid);
    if (row === undefined || row.current === null || row.bytes === null) {
      throw new DeliveryError('SOURCE_TABLE_CHANGED', 'the table or a partition of it is gone', {
        context: { oid: leaf.oid },
      });
    }
    if (row.relfilenode !== row.current) return null;
    const pages = Math.ceil(Number(row.bytes) / blockBytes);
    leaves.push({
      oid: leaf.oid,
      name: formatTableName(leaf),
      relfilenode: row.current,
      pages,
      firstBlock,
    });
    firstBlock += pages;
  }
  return leaves;
}

async function readBlocker(
  session: PgSession,
  walsenderPid: number,
): Promise<WaitingTransaction | null> {
  const rows = await session.query<{
    pid: number | null;
    prepared: string | null;
    started_at: string | null;
    application_name: string | null;
    user: string | null;
  }>(
    `SELECT a.pid, p.gid AS prepared,
            to_char(COALESCE(a.xact_start, p.prepared) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
            a.application_name, COALESCE(a.usename, p.owner)::text AS "user"
       FROM pg_locks w
       JOIN pg_locks h ON h.locktype = 'transactionid' AND h.transactionid = w.transactionid AND h.granted
       LEFT JOIN pg_stat_activity a ON a.pid = h.pid
       LEFT JOIN pg_prepared_xacts p ON p.transaction = w.transactionid
      WHERE w.pid = $1 AND w.locktype = 'transactionid' AND NOT w.granted LIMIT 1`,
    [walsenderPid],
    'looking for the transaction that is waited for',
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    pid: row.pid,
    prepared: row.prepared,
    startedAt: row.started_at,
    applicationName: row.application_name,
    user: row.user,
  };
}

function waitedTooLong(): DeliveryError {
  return new DeliveryError(
    'SOURCE_LOCK_TIMEOUT',
    'no consistent point was found in time: transactions were running all the while',
  );
}
