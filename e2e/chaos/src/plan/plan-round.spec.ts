import { describe, expect, test } from '@jest/globals';
import { faultLabel } from './round-plan.js';
import { planRound, scenarioOf } from './plan-round.js';
import { SCENARIOS } from './scenarios.js';
import { SHORT_SET } from './short-set.js';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
/** Tasks have at most 16 characters, `r999999-` among them. */
const TASK_NAME_MAX = 8;
/** A round is to last some 40 s with its beginning, its end and its judgement. */
const LAST_FAULT_MS_MAX = 25_000;

describe.each(SCENARIOS)('scenario $name', (scenario) => {
  test('the same seed gives the same round, another seed another one', () => {
    const plans = SEEDS.map((seed) => JSON.stringify(planRound(seed, scenario)));
    expect(SEEDS.map((seed) => JSON.stringify(planRound(seed, scenario)))).toEqual(plans);
    expect(new Set(plans).size).toBeGreaterThan(SEEDS.length / 2);
  });

  test('names of tasks fit behind the largest seed', () => {
    for (const seed of SEEDS) {
      const { tasks, faults } = planRound(seed, scenario);
      const neighbours = faults.flatMap(({ fault }) =>
        fault.kind === 'neighbour-created' ? [fault.neighbour] : [],
      );
      const names = [...tasks, ...neighbours].map(({ name }) => name);
      expect(names.filter((name) => name.length > TASK_NAME_MAX)).toEqual([]);
    }
  });

  test('faults come in the order of their times and within the round', () => {
    for (const seed of SEEDS) {
      const { faults, tasks } = planRound(seed, scenario);
      const times = faults.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(times.every((atMs) => atMs >= 0 && atMs <= LAST_FAULT_MS_MAX)).toBe(true);
      expect(faults.map(({ fault }) => faultLabel(fault))).not.toContain('');
      expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
      expect(tasks.length).toBeGreaterThan(0);
    }
  });
});

test('consecutive seeds go round all scenarios, each as often as its weight says', () => {
  const turns = SCENARIOS.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = Array.from({ length: turns }, (_, seed) => scenarioOf(seed + 500, SCENARIOS));
  const counted = Map.groupBy(chosen, ({ name }) => name);
  expect(new Map([...counted].map(([name, of]) => [name, of.length]))).toEqual(
    new Map(SCENARIOS.map(({ name, weight }) => [name, weight])),
  );
});

test('the short set names scenarios that are there', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(SHORT_SET.filter(({ scenario }) => !names.includes(scenario))).toEqual([]);
});
