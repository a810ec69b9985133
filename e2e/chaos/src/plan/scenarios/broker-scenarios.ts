import type { SeededRandom } from '@lakeferry/history';
import { whyNoDisk } from '../../system/broker-disk.js';
import { pick, spread } from '../choices.js';
import { ordinaryLoad, threeTasks } from '../ordinary-round.js';
import type { FaultSpec, PlannedFault } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

/** Longer than requests of clients wait for an answer, sessions last and consumers try again. */
const SILENCE_MS = { least: 21_000, most: 24_000 };
const DOWN_MS = { least: 12_000, most: 18_000 };

function brokerFalls(random: SeededRandom): FaultSpec {
  const kind = pick(random, ['broker-kill', 'broker-restart'] as const);
  return { kind, downMs: random.integer(0, 3_000) };
}

/** Some rounds lose a process of a service, too, about when the fault strikes. */
function withKill(random: SeededRandom, fault: PlannedFault): PlannedFault[] {
  if (random.chance(0.6)) return [fault];
  const service = pick(random, ['changefeed', 'encoder', 'writer', 'task-api'] as const);
  const kill = { kind: 'kill', service, instance: 0, downMs: random.integer(0, 3_000) } as const;
  return [fault, { atMs: fault.atMs + random.integer(0, 4_000), fault: kill }];
}

export const BROKER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'broker-restart',
    about: 'The broker is killed or restarted under load, alone or together with a service.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: [4_000, 15_000]
        .slice(0, random.integer(1, 2))
        .flatMap((atMs) =>
          withKill(random, { atMs: atMs + random.integer(0, 3_000), fault: brokerFalls(random) }),
        ),
    }),
  },
  {
    name: 'broker-silence',
    about: 'The broker is frozen or away for longer than clients wait and sessions last.',
    shape: 'impatient',
    weight: 1,
    compose: (random) => {
      const fault: FaultSpec = random.chance(0.5)
        ? { kind: 'broker-freeze', forMs: random.integer(SILENCE_MS.least, SILENCE_MS.most) }
        : { kind: 'broker-kill', downMs: random.integer(DOWN_MS.least, DOWN_MS.most) };
      return {
        tasks: threeTasks(random),
        load: ordinaryLoad(random),
        // Tasks deliver by then: what is measured is not their beginning.
        faults: [{ atMs: random.integer(5_000, 6_900), fault }],
      };
    },
  },
  {
    name: 'broker-disk-full',
    about:
      'Nothing is left of the disk that the broker writes its log to; then there is room again.',
    shape: 'small-disk',
    weight: 1,
    whyNot: whyNoDisk,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: [
        {
          atMs: random.integer(3_000, 8_000),
          fault: { kind: 'broker-disk-full', forMs: random.integer(2_000, 8_000) },
        },
      ],
    }),
  },
  {
    name: 'open-transactions',
    about: 'Producers die with transactions open on the broker; successors must not wait them out.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: (['changefeed', 'encoder'] as const).map((service, at) => ({
        atMs: 3_000 + at * 8_000 + random.integer(0, 3_000),
        fault: { kind: 'transactions-orphaned', service, downMs: random.integer(0, 3_000) },
      })),
    }),
  },
  {
    name: 'rebalance',
    about: 'Encoders and writers join and leave, several at once, while rows flow.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: spread(
        random,
        Array.from({ length: random.integer(3, 4) }, () => memberMoves(random)),
        8_000,
      ),
    }),
  },
  {
    name: 'records-deleted',
    about: 'Rows behind a checkpoint are deleted from the broker: their task halts and says so.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => {
      const tasks = threeTasks(random);
      const victim = pick(
        random,
        tasks.filter(({ taskType }) => taskType !== 'BASE'),
      );
      const ending = { kind: 'halted', errorCode: 'KAFKA_OFFSET_OUT_OF_RANGE' } as const;
      return {
        tasks: tasks.map((task) => (task === victim ? { ...task, ending } : task)),
        load: ordinaryLoad(random),
        faults: [
          {
            atMs: random.integer(5_000, 10_000),
            fault: {
              kind: 'records-deleted',
              task: victim.name,
              topic: 'rows',
              downMs: random.integer(2_000, 4_000),
            },
          },
        ],
      };
    },
  },
];

function memberMoves(random: SeededRandom): FaultSpec {
  const service = pick(random, ['encoder', 'writer'] as const);
  if (random.chance(0.3)) return { kind: 'restart', service, instance: random.integer(0, 1) };
  return { kind: 'join', service, forMs: random.integer(1_000, 6_000) };
}
