import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { DEFAULT_MIX, planTransaction, type Step } from './transaction-plan.js';

const TABLES = 3;

function plans(seed: number, count: number) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => planTransaction(random, DEFAULT_MIX, TABLES));
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

  test('steps go to all tables, also inside one transaction', () => {
    const tables = plans(3, 200).map(
      (plan) =>
        new Set(flat(plan.steps).flatMap(({ step }) => ('table' in step ? [step.table] : []))),
    );
    expect(new Set(tables.flatMap((each) => [...each]))).toEqual(new Set([0, 1, 2]));
    expect(tables.some((each) => each.size === TABLES)).toBe(true);
  });

  test('giant steps are as frequent and as large as they are asked to be', () => {
    const random = seededRandom(4);
    const mix = { ...DEFAULT_MIX, giantShare: 0.1, giantRows: 5000 };
    const steps = Array.from({ length: 500 }, () => planTransaction(random, mix, 1))
      .flatMap((plan) => flat(plan.steps))
      .flatMap(({ step }) => (step.kind === 'savepoint' ? [] : [step]));
    const giants = steps.filter(({ kind }) => kind.startsWith('giant'));
    expect(giants.length / steps.length).toBeCloseTo(0.1, 1);
    expect(new Set(giants.map(({ rows }) => rows))).toEqual(new Set([5000]));
    expect(new Set(giants.map(({ kind }) => kind)).size).toBe(2);
  });
});
