import { expect, test } from '@jest/globals';
import { planRound } from '../plan-round.js';
import { FAILPOINT_SCENARIOS } from './failpoint-scenarios.js';

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

test('every order of first-steps can be obeyed: a task begins while it is in force', () => {
  const scenario = FAILPOINT_SCENARIOS.find(({ name }) => name === 'first-steps');
  if (scenario === undefined) throw new Error('there is no scenario first-steps');
  for (const seed of SEEDS) {
    const { tasks, faults } = planRound(seed, scenario);
    for (const { atMs, fault } of faults) {
      if (fault.kind !== 'failpoint') throw new Error(`${fault.kind} is none`);
      const { point, order, forMs } = fault;
      const begun = tasks.filter(
        ({ createdAtMs }) => createdAtMs > atMs && createdAtMs < atMs + forMs,
      );
      expect(begun).not.toEqual([]);
      if (!point.endsWith('-chunk')) expect(order).not.toContain('after');
    }
  }
});
