import { describe, expect, test } from '@jest/globals';
import { planRound } from '../plan-round.js';
import type { RoundPlan, SpecOf } from '../round-plan.js';
import { tableKinds } from '../table-kinds.js';
import { CLOCK_SCENARIOS } from './clock-scenarios.js';
import { TASK_SCENARIOS } from './task-scenarios.js';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

function plansOf(name: string): readonly RoundPlan[] {
  const scenario = [...TASK_SCENARIOS, ...CLOCK_SCENARIOS].find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return SEEDS.map((seed) => planRound(seed, scenario));
}

function faultsOf<K extends RoundPlan['faults'][number]['fault']['kind']>(
  plan: RoundPlan,
  kind: K,
) {
  return plan.faults.flatMap(({ atMs, fault }) =>
    fault.kind === kind ? [{ atMs, fault: fault as SpecOf<K> }] : [],
  );
}

describe('neighbour-created', () => {
  test('every neighbour has a name and a table of its own, which the round makes', () => {
    for (const plan of plansOf('neighbour-created')) {
      const neighbours = faultsOf(plan, 'neighbour-created').map(({ fault }) => fault.neighbour);
      const all = [...plan.tasks, ...neighbours];
      expect(neighbours.length).toBeGreaterThan(0);
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
      expect(new Set(all.map(({ table }) => table)).size).toBe(all.length);
      expect([...tableKinds(plan)].sort()).toEqual(all.map(({ table }) => table).sort());
    }
  });

  test('changefeeds are killed at least once while a neighbour comes', () => {
    for (const plan of plansOf('neighbour-created')) {
      for (const { fault } of faultsOf(plan, 'neighbour-created')) {
        expect(fault.killsAfterMs.length).toBeGreaterThan(0);
      }
    }
  });
});

test.each(['task-recreated', 'paused'] as const)('%s is of a task that goes on', (kind) => {
  for (const plan of plansOf(kind)) {
    const struck = faultsOf(plan, kind).map(({ fault }) => fault.task);
    const types = struck.map((name) => plan.tasks.find((task) => task.name === name)?.taskType);
    expect(types.length).toBeGreaterThan(0);
    for (const type of types) expect(['INC', 'BASE_INC']).toContain(type);
  }
});

test('a bucket is missing before there is a task that writes to it', () => {
  for (const plan of plansOf('bucket-missing')) {
    const [gone] = faultsOf(plan, 'bucket-recreated');
    for (const { createdAtMs } of plan.tasks)
      expect(createdAtMs).toBeGreaterThan(gone?.atMs ?? NaN);
  }
});

test('clocks are wrong by both signs, of every service, and some processes begin meanwhile', () => {
  const wrong = plansOf('wrong-clock').flatMap((plan) => faultsOf(plan, 'clock-wrong'));
  expect(new Set(wrong.map(({ fault }) => Math.sign(fault.byMs)))).toEqual(new Set([-1, 1]));
  expect(new Set(wrong.map(({ fault }) => fault.service)).size).toBe(4);
  const kills = plansOf('wrong-clock').flatMap((plan) => faultsOf(plan, 'kill'));
  expect(kills.length).toBeGreaterThan(0);
});
