import { seededRandom } from '@lakeferry/history';
import type { RoundPlan } from './round-plan.js';
import type { Scenario } from './scenario.js';

/** The scenario of a seed: consecutive seeds go round all scenarios, each as often as its weight says. */
export function scenarioOf(seed: number, scenarios: readonly Scenario[]): Scenario {
  const turns = scenarios.flatMap((scenario) =>
    Array.from({ length: scenario.weight }, (_, turn) => ({
      scenario,
      // Turns of one scenario are spread over the circle.
      at: (turn + 0.5) / scenario.weight,
    })),
  );
  turns.sort((one, other) => one.at - other.at);
  const found = turns[seed % turns.length];
  if (found === undefined) throw new Error('there are no scenarios');
  return found.scenario;
}

/** The plan of a round: the same seed and scenario give the same plan. */
export function planRound(seed: number, scenario: Scenario): RoundPlan {
  const { tasks, load, faults, ending, staysUp } = scenario.compose(seededRandom(seed));
  return {
    seed,
    scenario: scenario.name,
    tasks,
    load,
    ending: ending ?? { kind: 'delivered' },
    staysUp: staysUp === true,
    faults: [...faults].sort((one, other) => one.atMs - other.atMs),
  };
}
