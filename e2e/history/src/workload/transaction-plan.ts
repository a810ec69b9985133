import type { SeededRandom } from '../seeded-random.js';

/** What a transaction does next. `rekey` changes the key of rows. */
export type Step =
  | { readonly kind: 'insert' | 'delete'; readonly rows: number }
  | { readonly kind: 'update' | 'rekey'; readonly rows: number }
  | {
      readonly kind: 'savepoint';
      readonly steps: readonly Step[];
      readonly outcome: 'release' | 'rollback';
    };

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
  /** Rows of the largest step. */
  readonly stepRowsMax: number;
}

export const DEFAULT_MIX: WorkloadMix = {
  insertShare: 0.3,
  deleteShare: 0.1,
  rekeyShare: 0.05,
  savepointShare: 0.25,
  partialRollbackShare: 0.35,
  rollbackShare: 0.06,
  stepRowsMax: 100,
};

const STEPS_MAX = 4;
const NESTING_MAX = 2;

/** Chooses a transaction: most are small, some are large, savepoints nest twice at most. Pure but for `random`. */
export function planTransaction(random: SeededRandom, mix: WorkloadMix): TransactionPlan {
  return {
    steps: planSteps(random, mix, 0),
    outcome: random.chance(mix.rollbackShare) ? 'rollback' : 'commit',
  };
}

function planSteps(random: SeededRandom, mix: WorkloadMix, depth: number): Step[] {
  return Array.from({ length: random.integer(1, STEPS_MAX) }, () => {
    if (depth < NESTING_MAX && random.chance(mix.savepointShare)) {
      return {
        kind: 'savepoint',
        steps: planSteps(random, mix, depth + 1),
        outcome: random.chance(mix.partialRollbackShare) ? 'rollback' : 'release',
      };
    }
    return planRowStep(random, mix);
  });
}

function planRowStep(random: SeededRandom, mix: WorkloadMix): Step {
  const point = random.fraction();
  const rows = stepRows(random, mix);
  if (point < mix.insertShare) return { kind: 'insert', rows };
  if (point < mix.insertShare + mix.deleteShare) return { kind: 'delete', rows };
  if (point < mix.insertShare + mix.deleteShare + mix.rekeyShare) return { kind: 'rekey', rows };
  return { kind: 'update', rows };
}

function stepRows(random: SeededRandom, mix: WorkloadMix): number {
  const size = random.fraction();
  if (size < 0.5) return 1;
  return random.integer(1, size < 0.9 ? Math.min(10, mix.stepRowsMax) : mix.stepRowsMax);
}
