import { formatLsn, type SourceRoute, type TaskPlan } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  describeTable,
  startScanPlan,
  type PgSession,
  type ScanPlan,
  type WaitingTransaction,
} from '@lakeferry/postgres';
import type { Clock, Secret } from '@lakeferry/runtime';

export interface FindPlanOptions {
  readonly url: Secret;
  readonly applicationName: string;
  readonly session: PgSession;
  readonly route: SourceRoute;
  readonly slot: string;
  readonly chunkPages: number;
  readonly timeLimitMs: number;
  readonly clock: Clock;
  /** In words, what the plan waits for; null when it waits for nothing. */
  readonly onWaiting: (waitingFor: string | null) => void;
}

/**
 * Finds the point at which a task starts (design 6.2, 6.3). May wait for transactions that run on the
 * source; says which one while it does.
 *
 * @throws DeliveryError SOURCE_LOCK_TIMEOUT when the time limit passes; nothing is left behind
 */
export async function findPlan(options: FindPlanOptions, signal: AbortSignal): Promise<TaskPlan> {
  const table = await describeTable(options.session, options.route.tableOid);
  if (table === null) {
    throw new DeliveryError('SOURCE_TABLE_CHANGED', 'the table of the task was dropped', {
      context: { table: options.route.task.tableName },
    });
  }
  const planning = startScanPlan({
    url: options.url.reveal(),
    applicationName: options.applicationName,
    table,
    timeLimitMs: options.timeLimitMs,
    signal,
  });
  const done = new AbortController();
  const watching = watch(options, planning, done.signal);
  try {
    return toTaskPlan(await planning.result, options);
  } finally {
    done.abort();
    await watching;
    options.onWaiting(null);
  }
}

async function watch(
  options: FindPlanOptions,
  planning: ReturnType<typeof startScanPlan>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await options.clock.sleep(1000, signal);
    if (signal.aborted) return;
    const waiting = await planning.waitingFor(options.session).catch(() => null);
    if (!signal.aborted) options.onWaiting(waiting === null ? null : describeWaiting(waiting));
  }
}

/** The transaction that a plan waits for, as an operator would look for it. Pure. */
export function describeWaiting(waiting: WaitingTransaction): string {
  const since = waiting.startedAt === null ? '' : ` since ${waiting.startedAt}`;
  if (waiting.prepared !== null) return `prepared transaction ${waiting.prepared}${since}`;
  return `transaction of process ${waiting.pid} (${waiting.user}, ${waiting.applicationName})${since}`;
}

function toTaskPlan(plan: ScanPlan, options: FindPlanOptions): TaskPlan {
  const { task } = options.route;
  return {
    v: 1,
    taskId: task.taskId,
    c: formatLsn(plan.consistentPoint),
    snapshot: plan.snapshot,
    at: plan.plannedAt,
    systemIdentifier: plan.identity.systemId,
    timeline: plan.identity.timeline,
    slot: options.slot,
    tableOid: options.route.tableOid,
    leaves: task.taskType === 'INC' ? [] : [...plan.leaves],
    chunkPages: options.chunkPages,
    scanLanes: task.lanes,
  };
}
