import type { SeededRandom } from '@lakeferry/history';
import type { ServiceName } from '@lakeferry/stack';
import { SHAPES } from '../../system/system-shape.js';
import { pick } from '../choices.js';
import { ordinaryLoad, shuffled, threeTasks } from '../ordinary-round.js';
import type { FaultSpec, PlannedFault, PlannedTask } from '../round-plan.js';
import type { Scenario } from '../scenario.js';
import { OF_DELETIONS } from './failpoint-scenarios.js';

/** Longer than a bucket may be missing before everything that can be freed is freed. */
const BUCKET_GONE_MS = { least: 9_000, most: 13_000 };
/** Tasks whose bucket must be gone before they write come so much later. */
const BUCKET_GOES_MS = 3_000;

function killOf(random: SeededRandom, service: ServiceName): FaultSpec {
  const instance = random.integer(0, SHAPES.ordinary.instances[service] - 1);
  return { kind: 'kill', service, instance, downMs: random.integer(0, 1_500) };
}

/** Kills of some of the services at times within the stretch. */
function killsWithin(
  random: SeededRandom,
  services: readonly ServiceName[],
  stretch: { readonly fromMs: number; readonly untilMs: number },
): PlannedFault[] {
  const struck = shuffled(random, services).slice(0, random.integer(0, 2));
  return struck.map((service) => ({
    atMs: random.integer(stretch.fromMs, stretch.untilMs),
    fault: killOf(random, service),
  }));
}

function changing(tasks: readonly PlannedTask[]): readonly PlannedTask[] {
  return tasks.filter(({ taskType }) => taskType !== 'BASE');
}

/** Three tasks, the later of which come while the others deliver. */
function composeNeighbours(random: SeededRandom) {
  const tables = shuffled(random, ['plain', 'hourly', 'events', 'wide'] as const);
  const task = (at: number, name: string, createdAtMs: number): PlannedTask => ({
    ...{ name, createdAtMs, lanes: pick(random, [1, 2]) },
    table: tables[at] ?? 'plain',
    taskType: pick(random, ['INC', 'BASE_INC']),
    config: { fileAgeSecondsMax: 1 },
  });
  const comes = (at: number, name: string, atMs: number): PlannedFault => ({
    atMs,
    fault: {
      kind: 'neighbour-created',
      neighbour: task(at, name, atMs),
      killsAfterMs: [
        ...(random.chance(0.7) ? [random.integer(0, 300)] : []),
        random.integer(300, 2_500),
        ...(random.chance(0.5) ? [random.integer(500, 2_500)] : []),
      ],
    },
  });
  const first = random.integer(4_000, 6_000);
  return {
    tasks: [task(0, 'first', 0), ...(random.chance(0.5) ? [task(1, 'second', 500)] : [])],
    load: ordinaryLoad(random),
    faults: [
      comes(2, 'next', first),
      ...(random.chance(0.6) ? [comes(3, 'late', first + 7_000)] : []),
    ],
  };
}

function strikeDeletion(random: SeededRandom, atMs: number): PlannedFault {
  const point = pick(random, OF_DELETIONS);
  const service = point.startsWith('task-api') ? 'task-api' : 'changefeed';
  const order = pick(random, ['kill', 'kill', 'error'] as const);
  return { atMs, fault: { kind: 'failpoint', service, point, order, forMs: 16_000, stoppedMs: 0 } };
}

export const TASK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'neighbour-created',
    about:
      'Tasks on other tables come while one delivers, with changefeeds killed around it: what the log emits changes.',
    shape: 'ordinary',
    weight: 3,
    compose: composeNeighbours,
  },
  {
    name: 'task-recreated',
    about: 'A task is deleted and made again under its name and prefix, while services are killed.',
    shape: 'ordinary',
    weight: 3,
    compose: (random) => {
      const tasks = threeTasks(random);
      const { name: task } = pick(random, changing(tasks));
      const atMs = random.integer(4_500, 7_000);
      const awayMs = pick(random, [0, 0, random.integer(200, 2_000)]);
      return {
        tasks,
        load: ordinaryLoad(random),
        faults: [
          { atMs, fault: { kind: 'task-recreated', task, awayMs } },
          ...(random.chance(0.5) ? [strikeDeletion(random, atMs)] : []),
          ...killsWithin(random, ['task-api', 'writer', 'changefeed', 'encoder'], {
            fromMs: atMs,
            untilMs: atMs + 3_500,
          }),
        ],
      };
    },
  },
  {
    name: 'paused',
    about: 'Tasks are paused and resumed under load, while services are killed.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => {
      const tasks = threeTasks(random);
      return {
        tasks,
        load: ordinaryLoad(random),
        faults: [
          ...shuffled(random, changing(tasks))
            .slice(0, random.integer(1, 2))
            .map(({ name: task }): PlannedFault => ({
              atMs: random.integer(3_000, 8_000),
              fault: { kind: 'paused', task, forMs: random.integer(300, 6_000) },
            })),
          ...killsWithin(random, ['task-api', 'changefeed', 'encoder', 'writer'], {
            fromMs: 3_000,
            untilMs: 14_000,
          }),
        ],
      };
    },
  },
  {
    name: 'lanes-grow',
    about: 'Lanes come and go with the load, while services are killed: the lane of a key moves.',
    shape: 'small-lanes',
    weight: 2,
    compose: (random) => ({
      tasks: threeTasks(random).map((task) => ({
        ...task,
        lanes: 1,
        config: { ...task.config, lanesMax: pick(random, [2, 3, 4]) },
      })),
      load: ordinaryLoad(random),
      faults: Array.from({ length: random.integer(1, 3) }, () => ({
        atMs: random.integer(3_000, 15_000),
        fault: killOf(random, pick(random, ['changefeed', 'changefeed', 'encoder', 'writer'])),
      })),
    }),
  },
  {
    name: 'bucket-missing',
    about:
      'There is no bucket for longer than everything is retained: nothing undelivered is freed.',
    shape: 'brief-retention',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random).map((task) => ({
        ...task,
        createdAtMs: task.createdAtMs + BUCKET_GOES_MS,
      })),
      load: ordinaryLoad(random),
      faults: [
        {
          atMs: 0,
          fault: {
            kind: 'bucket-recreated',
            goneMs: random.integer(BUCKET_GONE_MS.least, BUCKET_GONE_MS.most),
          },
        },
        ...killsWithin(random, ['encoder', 'writer'], { fromMs: 6_000, untilMs: 10_000 }),
      ],
    }),
  },
];
