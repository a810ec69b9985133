import type { SeededRandom } from '@lakeferry/history';
import { FAILPOINTS, type Failpoint } from '@lakeferry/runtime/testing';
import type { ServiceName } from '@lakeferry/stack';
import { pick, spread } from '../choices.js';
import { ordinaryLoad, threeTasks } from '../ordinary-round.js';
import type { FaultSpec } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

/** Longer than a session of a consumer group and than the lease of a replication connection. */
const ZOMBIE_MS = 14_000;
const ARMED_MS = 6_000;
/** Struck where tasks are deleted: in `task-recreated`. */
export const OF_DELETIONS: readonly Failpoint[] = [
  'changefeed.after-route-off',
  'task-api.mid-deletion',
];
/** Only files of many megabytes are put in parts: a scenario of its own has them. */
const OF_PARTS: readonly Failpoint[] = ['writer.between-parts', 'writer.before-complete'];
/** Passed while a task begins. */
const OF_CREATION: readonly Failpoint[] = [
  'changefeed.after-publication',
  'changefeed.after-route',
  'changefeed.after-plan',
  'changefeed.mid-chunk',
  'changefeed.after-chunk',
  'task-api.before-outbox',
  'task-api.after-outbox',
];
/** An order for a later time would never be obeyed. */
const ONCE_PER_TASK = OF_CREATION.filter((point) => !point.endsWith('-chunk'));
const OF_DELIVERY = (Object.keys(FAILPOINTS) as Failpoint[]).filter(
  (name) => ![...OF_DELETIONS, ...OF_CREATION, ...OF_PARTS].includes(name),
);

function serviceOf(random: SeededRandom, point: Failpoint): ServiceName {
  const [name = ''] = point.split('.');
  return name === 'kafka' ? pick(random, ['changefeed', 'encoder']) : (name as ServiceName);
}

function strike(random: SeededRandom, point: Failpoint): FaultSpec {
  const how = pick(random, ['kill', 'kill', 'error', 'sleep 3000'] as const);
  const service = serviceOf(random, point);
  const isLater = random.chance(0.5) && !ONCE_PER_TASK.includes(point);
  const order = isLater ? (`${how} after ${random.integer(2, 6)}` as const) : how;
  return { kind: 'failpoint', service, point, order, forMs: ARMED_MS, stoppedMs: 0 };
}

export const FAILPOINT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'failpoint',
    about: 'Processes are struck at named points between the steps of a delivery.',
    shape: 'ordinary',
    weight: 5,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: spread(
        random,
        Array.from({ length: 4 }, () => strike(random, pick(random, OF_DELIVERY))),
        16_000,
      ),
    }),
  },
  {
    name: 'first-steps',
    about: 'Processes are struck while tasks begin: route, starting point, chunks of the base.',
    shape: 'slow-scan',
    weight: 3,
    compose: (random) => ({
      // The last one comes when the second order is in force.
      tasks: threeTasks(random).map((task, at) => ({
        ...task,
        createdAtMs: at < 2 ? 1_500 : 5_500,
      })),
      load: ordinaryLoad(random),
      // Armed before the tasks come.
      faults: [0, 1].map((index) => ({
        atMs: 200 + 4_000 * index,
        fault: strike(random, pick(random, OF_CREATION)),
      })),
    }),
  },
  {
    name: 'zombie-at-point',
    about: 'A process stops between two steps, loses its work to another, and goes on later.',
    shape: 'ordinary',
    weight: 3,
    compose: (random) => {
      const point = pick(random, OF_DELIVERY);
      const service = serviceOf(random, point);
      const fault = {
        ...({ kind: 'failpoint', service, point, order: 'stop' } as const),
        ...{ forMs: ARMED_MS, stoppedMs: ZOMBIE_MS },
      };
      return {
        tasks: threeTasks(random),
        load: ordinaryLoad(random),
        faults: [{ atMs: random.integer(3_000, 5_000), fault }],
      };
    },
  },
];
