import {
  checkHistory,
  type CheckOptions,
  type CommitPoint,
  type HistoryReport,
  type Journal,
  parseWalPosition,
  type TaskView,
} from '@lakeferry/history';
import type { RoundEnding } from '../plan/round-plan.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { LiveTask, RetiredTask } from './round-tasks.js';

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
  const { s3, client } = system;
  const ending = task.planned.ending ?? history.ending;
  const samples = await task.sampler.stop();
  if (samples.length === 0) throw new Error(`${task.name.taskName} was never sampled`);
  return checkHistory({
    ...factsOf(task, { view, history, hasEnded: ending.kind === 'halted' }),
    root: `s3://${s3.bucket}`,
    s3,
    samples: history.losesBucket ? [] : samples,
    ledger: await client.objects(task.name),
    predecessors: task.predecessors,
  });
}

/** The same for a task that was deleted: it owes what it had promised. */
export function judgeRetired(
  { task, view, samples, root }: RetiredTask,
  history: RoundHistory,
): Promise<HistoryReport> {
  return checkHistory({ ...factsOf(task, { view, history, hasEnded: true }), root, samples });
}

function factsOf(
  { name, planned, prefix, table }: LiveTask,
  known: { readonly view: TaskView; readonly history: RoundHistory; readonly hasEnded: boolean },
): Pick<CheckOptions, 'table' | 'history' | 'task' | 'columns'> {
  const { view, history, hasEnded } = known;
  if (view.c === null) throw new Error(`${name.taskName} does not say where it started`);
  const end = view.scan?.end ?? null;
  const reached = view.deliveredUpTo?.lsn ?? null;
  return {
    table: table.workload.name,
    columns: table.columns,
    history: {
      base: table.base(history.baseRows),
      transactions: history.journal.transactions,
      commits: history.commits,
    },
    task: {
      taskName: name.taskName,
      taskId: view.taskId,
      taskType: planned.taskType,
      prefix,
      c: parseWalPosition(view.c),
      ...(end !== null && { scanEnd: parseWalPosition(end) }),
      ...(hasEnded && { endedAt: reached === null ? null : parseWalPosition(reached) }),
    },
  };
}
