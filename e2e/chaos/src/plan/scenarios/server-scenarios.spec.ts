import { describe, expect, it } from '@jest/globals';
import { planRound } from '../plan-round.js';
import type { FaultSpec } from '../round-plan.js';
import type { Scenario } from '../scenario.js';
import { BROKER_SCENARIOS } from './broker-scenarios.js';
import { POSTGRES_SCENARIOS } from './postgres-scenarios.js';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1);
const SERVERS = [...BROKER_SCENARIOS, ...POSTGRES_SCENARIOS];

function faultsOf(scenario: Scenario): FaultSpec[] {
  return SEEDS.flatMap((seed) => planRound(seed, scenario).faults.map(({ fault }) => fault));
}

function named(name: string): Scenario {
  const found = SERVERS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function lengthOf(fault: FaultSpec): number {
  if ('downMs' in fault) return fault.downMs;
  if ('everyMs' in fault) return fault.times * fault.everyMs;
  return 'forMs' in fault ? fault.forMs : 0;
}

describe.each(SERVERS.map((scenario) => [scenario.name, scenario] as const))(
  '%s',
  (_, scenario) => {
    it('strikes what the round has, and lasts no longer than a round may', () => {
      for (const seed of SEEDS) {
        const { tasks, faults } = planRound(seed, scenario);
        expect(faults.length).toBeGreaterThan(0);
        for (const { atMs, fault } of faults) {
          expect(atMs).toBeGreaterThanOrEqual(0);
          expect(atMs + lengthOf(fault)).toBeLessThan(31_000);
          if ('task' in fault) expect(tasks.map(({ name }) => name)).toContain(fault.task);
          if ('table' in fault) expect(tasks.map(({ table }) => table)).toContain(fault.table);
        }
      }
    });

    it('never breaks a server while it is broken already', () => {
      for (const seed of SEEDS) {
        const servers = planRound(seed, scenario).faults.filter(({ fault }) =>
          /^(broker|postgres)-/.test(fault.kind),
        );
        for (const [at, { atMs, fault }] of servers.entries()) {
          const next = servers[at + 1];
          if (next !== undefined) expect(next.atMs).toBeGreaterThan(atMs + lengthOf(fault) + 3_000);
        }
      }
    });
  },
);

it.each([
  ['broker-restart', ['broker-kill', 'broker-restart', 'kill']],
  ['broker-silence', ['broker-freeze', 'broker-kill']],
  ['rebalance', ['join', 'restart']],
  ['postgres-restart', ['freeze', 'kill', 'postgres-kill', 'postgres-restart']],
])('%s chooses among its shapes', (name, kinds) => {
  expect([...new Set(faultsOf(named(name)).map(({ kind }) => kind))].sort()).toEqual(kinds);
});

it('cuts the connections of everybody in turn', () => {
  const cut = faultsOf(named('connections-cut')).flatMap((fault) =>
    fault.kind === 'connections-cut' ? [fault.whose] : [],
  );
  expect([...new Set(cut)].sort()).toEqual(['all', 'changefeed', 'slot', 'writers']);
});

it('expects a halt of the task whose rows are deleted, and of no other', () => {
  for (const seed of SEEDS) {
    const { tasks, faults, ending } = planRound(seed, named('records-deleted'));
    expect(ending.kind).toBe('delivered');
    const halted = tasks.filter((task) => task.ending !== undefined).map(({ name }) => name);
    expect(faults.map(({ fault }) => (fault.kind === 'records-deleted' ? fault.task : ''))).toEqual(
      halted,
    );
  }
});

it('creates tasks while the long transaction is open', () => {
  for (const seed of SEEDS) {
    const { tasks, faults } = planRound(seed, named('long-transaction'));
    const long = faults.find(({ fault }) => fault.kind === 'long-transaction');
    for (const { createdAtMs } of tasks) {
      expect(createdAtMs).toBeGreaterThan(long?.atMs ?? Infinity);
      expect(createdAtMs).toBeLessThan((long?.atMs ?? 0) + (long ? lengthOf(long.fault) : 0));
    }
  }
});
