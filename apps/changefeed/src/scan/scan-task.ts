import {
  PLAN_KEYS,
  PLAN_PARTITIONS,
  transactionalIds,
  type ScanPosition,
} from '@lakeferry/contracts';
import type { PgSession } from '@lakeferry/postgres';
import { must } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import { FencedLog } from '../publish/fenced-log.js';
import { countPublished } from '../publish/published-volume.js';
import type { ActiveRoute } from '../route/route-table.js';
import type { SourceRuntimeOptions } from '../source/source-runtime.js';
import { firstScanPosition, parseScanPosition } from './scan-progress.js';
import { runScan } from './scan-runner.js';

export interface ScanTaskOptions {
  readonly active: ActiveRoute;
  readonly runtime: SourceRuntimeOptions;
  readonly connect: (part: string) => Promise<PgSession>;
  readonly onProgress: (position: ScanPosition) => void;
}

/**
 * Scans the base of a task with a producer of its own, from the position that `plan` holds.
 *
 * @returns whether the scan is complete
 */
export async function scanTask(options: ScanTaskOptions, signal: AbortSignal): Promise<boolean> {
  const { active, runtime, onProgress } = options;
  const { task } = active.route;
  const plan = must(active.route.plan, 'a scan follows its plan');
  await using resources = new AsyncDisposableStack();
  const log = await FencedLog.open<ScanPosition>({
    kafka: runtime.kafka,
    transactionalId: transactionalIds.scan(task.taskName, task.taskId),
    checkpoint: { topic: active.topics.plan, partition: PLAN_PARTITIONS.scan },
    initial: firstScanPosition(plan),
    fold: (state, key, value) =>
      key === PLAN_KEYS.scan && value !== null ? parseScanPosition(value) : state,
    stillOwner: runtime.stillOwner,
    signal,
  });
  resources.defer(() => log.close());
  onProgress(log.state);
  if (log.state.end !== null) return true;
  const session = await options.connect('scan');
  resources.defer(() => session.close());
  const flushSession = await options.connect('scan flush');
  resources.defer(() => flushSession.close());

  await failpoint('changefeed.after-plan');
  let last = log.state;
  await runScan(
    {
      route: active.route,
      plan,
      topics: active.topics,
      position: log.state,
      session,
      flushSession,
      clock: runtime.clock,
      delayMs: runtime.config.scanDelayMs,
      commit: (messages) => log.commit(messages),
      mayGoOn: (inner) => runtime.heldBytes.untilScanMayGoOn(task.taskId, inner),
      onGathered: (records) => countPublished(runtime.heldBytes, 'scan', { task, records }),
      onProgress: (position) => {
        last = position;
        onProgress(position);
      },
    },
    signal,
  );
  return last.end !== null;
}
