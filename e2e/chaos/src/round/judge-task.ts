import {
  checkHistory,
  type CommitPoint,
  type HistoryReport,
  type Journal,
  parseWalPosition,
  type TaskView,
} from '@lakeferry/history';
import type { RoundEnding } from '../plan/round-plan.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { LiveTask } from './round-tasks.js';

/** What was written during a round, as the source's own log tells it. */
export interface RoundHistory {
  readonly journal: Journal;
  readonly commits: ReadonlyMap<string, CommitPoint>;
  readonly baseRows: number;
  readonly ending: RoundEnding;
  /** What a status promised is not there for a while: its samples say nothing. */
  readonly losesBucket: boolean;
}

/** Compares what is in the bucket for a task with what was committed to its table. */
export async function judgeTask(
  system: ChaosSystem,
  task: LiveTask,
  found: { readonly view: TaskView; readonly history: RoundHistory },
): Promise<HistoryReport> {
  const { view, history } = found;
  const { table, planned } = task;
  const { s3, client } = system;
  const ending = planned.ending ?? history.ending;
  if (view.c === null) throw new Error(`${task.name.taskName} does not say where it started`);
  const samples = await task.sampler.stop();
  if (samples.length === 0) throw new Error(`${task.name.taskName} was never sampled`);
  const end = view.scan?.end ?? null;
  const reached = view.deliveredUpTo?.lsn ?? null;
  return checkHistory({
    table: table.workload.name,
    history: {
      base: table.base(history.baseRows),
      transactions: history.journal.transactions,
      commits: history.commits,
    },
    task: {
      taskName: task.name.taskName,
      taskId: view.taskId,
      taskType: planned.taskType,
      prefix: task.prefix,
      c: parseWalPosition(view.c),
      ...(end !== null && { scanEnd: parseWalPosition(end) }),
      // A task that stopped owes what it says that it has delivered.
      ...(ending.kind === 'halted' && {
        endedAt: reached === null ? null : parseWalPosition(reached),
      }),
    },
    root: `s3://${s3.bucket}`,
    s3,
    columns: table.columns,
    samples: history.losesBucket ? [] : samples,
    ledger: await client.objects(task.name),
    predecessors: task.predecessors,
  });
}
