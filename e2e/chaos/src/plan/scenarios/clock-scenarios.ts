import type { SeededRandom } from '@lakeferry/history';
import type { ServiceName } from '@lakeferry/stack';
import { pick } from '../choices.js';
import { ordinaryLoad, shuffled, threeTasks } from '../ordinary-round.js';
import type { PlannedFault } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

const HOUR_MS = 3_600_000;
/** Beyond what stores and brokers put up with, beyond a day, and by parts of an hour. */
const WRONG_BY_HOURS = [-26, -5, -2.5, -0.75, 0.75, 2.5, 5, 26] as const;
const SERVICES: readonly ServiceName[] = ['changefeed', 'encoder', 'writer', 'task-api'];

/** The clock jumps and jumps back; some processes begin while it is wrong. */
function wrongClock(random: SeededRandom, service: ServiceName): PlannedFault[] {
  const atMs = random.integer(0, 6_000);
  const forMs = random.integer(7_000, 11_000);
  const byMs = pick(random, WRONG_BY_HOURS) * HOUR_MS;
  const restarted: PlannedFault = {
    atMs: atMs + random.integer(500, forMs - 2_000),
    fault: { kind: 'kill', service, instance: 0, downMs: 0 },
  };
  return [
    { atMs, fault: { kind: 'clock-wrong', service, byMs, forMs } },
    ...(random.chance(0.5) ? [restarted] : []),
  ];
}

export const CLOCK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'wrong-clock',
    about:
      'The clocks of services jump by hours and jump back: no key and no partition knows them.',
    shape: 'skewed',
    weight: 3,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: shuffled(random, SERVICES)
        .slice(0, pick(random, [1, 1, 2]))
        .flatMap((service) => wrongClock(random, service)),
    }),
  },
];
