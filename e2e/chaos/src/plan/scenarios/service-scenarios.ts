import type { SeededRandom } from '@lakeferry/history';
import type { ServiceName } from '@lakeferry/stack';
import { SHAPES } from '../../system/system-shape.js';
import { pick, spread } from '../choices.js';
import { ordinaryLoad, threeTasks } from '../ordinary-round.js';
import type { FaultSpec } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

/** Longer than a session of a consumer group and than the lease of a replication connection. */
const ZOMBIE_MS = { least: 13_000, most: 17_000 };
const GIANT_ROWS = 200_000;
const STRUCK: readonly ServiceName[] = ['changefeed', 'encoder', 'writer', 'task-api'];

function instanceOf(random: SeededRandom, service: ServiceName): number {
  return random.integer(0, SHAPES.ordinary.instances[service] - 1);
}

function killOf(random: SeededRandom, service: ServiceName): FaultSpec {
  const instance = instanceOf(random, service);
  return { kind: 'kill', service, instance, downMs: random.integer(0, 3_000) };
}

/** Mostly SIGKILL; now and then a process is asked to end, and ends as it chooses. */
function endOf(random: SeededRandom, service: ServiceName): FaultSpec {
  if (random.chance(0.75)) return killOf(random, service);
  return { kind: 'restart', service, instance: instanceOf(random, service) };
}

export const SERVICE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'kill',
    about: 'SIGKILL and SIGTERM of services, one after the other and together, at any moment.',
    shape: 'ordinary',
    weight: 4,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: spread(
        random,
        Array.from({ length: random.integer(2, 4) }, () => endOf(random, pick(random, STRUCK))),
        14_000,
      ),
    }),
  },
  {
    name: 'zombie',
    about:
      'A process is frozen for longer than every session, and goes on when others have its work.',
    shape: 'ordinary',
    weight: 3,
    compose: (random) => {
      const service = pick(random, [
        'changefeed',
        'encoder',
        'writer',
        'writer',
        'task-api',
      ] as const);
      const forMs = random.integer(ZOMBIE_MS.least, ZOMBIE_MS.most);
      return {
        tasks: threeTasks(random),
        load: ordinaryLoad(random),
        faults: [
          {
            atMs: random.integer(3_000, 6_000),
            fault: { kind: 'freeze', service, instance: instanceOf(random, service), forMs },
          },
        ],
      };
    },
  },
  {
    name: 'giant',
    about: 'Changefeed and encoder are killed inside a transaction of 200,000 rows.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => {
      const load = ordinaryLoad(random);
      return {
        // Two tasks: the transaction is delivered by each, and is all that there is to do.
        tasks: threeTasks(random).filter(({ taskType }) => taskType !== 'BASE'),
        load: {
          ...load,
          connections: 2,
          mix: {
            giantRows: GIANT_ROWS,
            giantsAt: [random.integer(20, 40), random.integer(80, 120)],
          },
        },
        faults: spread(
          random,
          [killOf(random, 'changefeed'), killOf(random, 'encoder'), killOf(random, 'changefeed')],
          12_000,
        ),
      };
    },
  },
];
