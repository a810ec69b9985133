import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { DEFAULT_MIX, planTransaction, type Step } from './transaction-plan.js';

function plans(seed: number, count: number) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => planTransaction(random, DEFAULT_MIX));
}

function flat(steps: readonly Step[], depth = 0): { step: Step; depth: number }[] {
  return steps.flatMap((step) => [
    { step, depth },
    ...(step.kind === 'savepoint' ? flat(step.steps, depth + 1) : []),
  ]);
}

describe('planTransaction', () => {
  test('the same seed gives the same transactions, another seed others', () => {
    expect(plans(7, 50)).toEqual(plans(7, 50));
    expect(plans(7, 50)).not.toEqual(plans(8, 50));
  });

  test('a run of transactions holds everything a workload needs', () => {
    const run = plans(1, 500);
    const steps = run.flatMap((plan) => flat(plan.steps));
    for (const kind of ['insert', 'update', 'delete', 'rekey', 'savepoint']) {
      expect(steps.filter(({ step }) => step.kind === kind).length).toBeGreaterThan(20);
    }
    const savepoints = steps.flatMap(({ step }) => (step.kind === 'savepoint' ? [step] : []));
    expect(savepoints.some((savepoint) => savepoint.outcome === 'rollback')).toBe(true);
    expect(savepoints.some((savepoint) => savepoint.outcome === 'release')).toBe(true);
    expect(run.some((plan) => plan.outcome === 'rollback')).toBe(true);
  });

  test('steps and nesting are bounded', () => {
    for (const { step, depth } of plans(2, 500).flatMap((plan) => flat(plan.steps))) {
      expect(depth).toBeLessThanOrEqual(2);
      if (step.kind === 'savepoint') continue;
      expect(step.rows).toBeGreaterThanOrEqual(1);
      expect(step.rows).toBeLessThanOrEqual(DEFAULT_MIX.stepRowsMax);
    }
  });
});
