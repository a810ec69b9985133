import type { SeededRandom } from '../seeded-random.js';

/** What a transaction does next to some rows of a table. `rekey` changes the key of rows. */
export interface RowStep {
  readonly kind: 'insert' | 'update' | 'rekey' | 'delete' | 'giant-insert' | 'giant-update';
  /** Place of the table among the workload's. */
  readonly table: number;
  readonly rows: number;
}

export interface SavepointStep {
  readonly kind: 'savepoint';
  readonly steps: readonly Step[];
  readonly outcome: 'release' | 'rollback';
}

export type Step = RowStep | SavepointStep;

export interface TransactionPlan {
  readonly steps: readonly Step[];
  readonly outcome: 'commit' | 'rollback';
}

/** How often what is done; the shares of row steps add up to at most 1, the rest are updates. */
export interface WorkloadMix {
  readonly insertShare: number;
  readonly deleteShare: number;
  readonly rekeyShare: number;
  readonly savepointShare: number;
  readonly partialRollbackShare: number;
  readonly rollbackShare: number;
  /** Rows of the largest step but giant ones. */
  readonly stepRowsMax: number;
  /** Share of row steps that are giant ones, of `giantRows` rows; one at a time in a workload. */
  readonly giantShare: number;
  readonly giantRows: number;
  /** Which transactions of the first connection are one giant insert, counted from 1, beside those by chance. */
  readonly giantsAt: readonly number[];
}

export const DEFAULT_MIX: WorkloadMix = {
  insertShare: 0.3,
  deleteShare: 0.1,
  rekeyShare: 0.05,
  savepointShare: 0.25,
  partialRollbackShare: 0.35,
  rollbackShare: 0.06,
  stepRowsMax: 100,
  giantShare: 0,
  giantRows: 200_000,
  giantsAt: [],
};

const STEPS_MAX = 4;
const NESTING_MAX = 2;
const GIANT_INSERT_SHARE = 0.4;

/** A transaction that does nothing but insert many rows into one table. */
export function giantTransaction(mix: WorkloadMix, table: number): TransactionPlan {
  return { steps: [{ kind: 'giant-insert', table, rows: mix.giantRows }], outcome: 'commit' };
}

/**
 * Chooses a transaction: most are small, some are large, savepoints nest twice at most, and each step has
 * a table of its own among `tables`. Pure but for `random`.
 */
export function planTransaction(
  random: SeededRandom,
  mix: WorkloadMix,
  tables: number,
): TransactionPlan {
  const planSteps = (depth: number): Step[] =>
    Array.from({ length: random.integer(1, STEPS_MAX) }, () => {
      if (depth < NESTING_MAX && random.chance(mix.savepointShare)) {
        return {
          kind: 'savepoint',
          steps: planSteps(depth + 1),
          outcome: random.chance(mix.partialRollbackShare) ? 'rollback' : 'release',
        };
      }
      return planRowStep(random, mix, random.integer(0, tables - 1));
    });
  return {
    steps: planSteps(0),
    outcome: random.chance(mix.rollbackShare) ? 'rollback' : 'commit',
  };
}

function planRowStep(random: SeededRandom, mix: WorkloadMix, table: number): RowStep {
  if (mix.giantShare > 0 && random.chance(mix.giantShare)) {
    const kind = random.chance(GIANT_INSERT_SHARE) ? 'giant-insert' : 'giant-update';
    return { kind, table, rows: mix.giantRows };
  }
  const point = random.fraction();
  const rows = stepRows(random, mix);
  const deletes = mix.insertShare + mix.deleteShare;
  if (point < mix.insertShare) return { kind: 'insert', table, rows };
  if (point < deletes) return { kind: 'delete', table, rows };
  return { kind: point < deletes + mix.rekeyShare ? 'rekey' : 'update', table, rows };
}

function stepRows(random: SeededRandom, mix: WorkloadMix): number {
  const size = random.fraction();
  if (size < 0.5) return 1;
  return random.integer(1, size < 0.9 ? Math.min(10, mix.stepRowsMax) : mix.stepRowsMax);
}
