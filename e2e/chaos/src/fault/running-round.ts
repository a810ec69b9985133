import type { Journal } from '@lakeferry/history';
import type { RoundPlan, TableKind } from '../plan/round-plan.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { RoundTable } from '../round/round-tables.js';
import type { RoundTasks } from '../round/round-tasks.js';

/** What a fault may touch of a round that runs. */
export interface RunningRound {
  readonly plan: RoundPlan;
  readonly system: ChaosSystem;
  readonly tasks: RoundTasks;
  readonly tables: ReadonlyMap<TableKind, RoundTable>;
  /** What a fault commits to a table is entered here, like everything else. */
  readonly journal: Journal;
  /** Reads the source's log on for the checker, so that its slot holds little back. */
  readCommits(): Promise<unknown>;
  /** Aborted when the round is given up: faults end at once and leave the system whole. */
  readonly signal: AbortSignal;
  /** Something that a reader of the round's account should know. */
  note(line: string): void;
}
