import type { SeededRandom } from '@lakeferry/history';
import { pick } from '../choices.js';
import { ordinaryLoad, threeTasks } from '../ordinary-round.js';
import type { FaultSpec, PlannedFault, PlannedTask } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

/** So many rows are scanned for several seconds where scans are slow. */
const SLOW_ROWS = { least: 40_000, most: 80_000 };

const LONG_ENDS = ['commit', 'commit', 'rollback', 'prepared-commit', 'prepared-rollback'] as const;

function postgresFalls(random: SeededRandom): FaultSpec {
  const kind = pick(random, ['postgres-kill', 'postgres-restart'] as const);
  return { kind, downMs: random.integer(0, 3_000) };
}

/** What else is wrong at the time: nothing, or a process of the changefeed dies or does not answer. */
function company(random: SeededRandom, atMs: number): PlannedFault[] {
  const struck = { service: 'changefeed', instance: random.integer(0, 1) } as const;
  const point = random.fraction();
  if (point < 0.6) return [];
  const fault: FaultSpec =
    point < 0.8
      ? { kind: 'kill', ...struck, downMs: random.integer(0, 3_000) }
      : { kind: 'freeze', ...struck, forMs: random.integer(2_000, 6_000) };
  return [{ atMs: Math.max(0, atMs + random.integer(-1_500, 1_500)), fault }];
}

/** Only these modes can be stopped by what happens to the source after their scan. */
function endlessTasks(random: SeededRandom): PlannedTask[] {
  return threeTasks(random).filter(({ taskType }) => taskType !== 'BASE');
}

/** One lane reads a table for as long as there are chunks. */
function scanned(task: PlannedTask): PlannedTask {
  return task.taskType === 'INC' ? task : { ...task, lanes: 1, createdAtMs: 0 };
}

export const POSTGRES_SCENARIOS: readonly Scenario[] = [
  {
    name: 'postgres-restart',
    about: 'PostgreSQL, source and control database in one, is killed or restarted under load.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: [4_000, 15_000].slice(0, random.integer(1, 2)).flatMap((least) => {
        const atMs = least + random.integer(0, 3_000);
        return [{ atMs, fault: postgresFalls(random) }, ...company(random, atMs)];
      }),
    }),
  },
  {
    name: 'connections-cut',
    about: 'Connections to PostgreSQL are cut in mid-transaction, again and again.',
    shape: 'ordinary',
    weight: 2,
    compose: (random) => {
      const whose = pick(random, ['changefeed', 'writers', 'slot', 'all'] as const);
      const times = random.integer(4, 10);
      const everyMs = random.integer(300, 1_200);
      const atMs = random.integer(1_000, 6_000);
      return {
        tasks: threeTasks(random),
        load: ordinaryLoad(random),
        faults: [
          { atMs, fault: { kind: 'connections-cut', whose, times, everyMs } },
          ...company(random, atMs + 3_000),
        ],
      };
    },
  },
  {
    name: 'slot-lost',
    about: 'The replication slot loses what it still needs: every task halts, loudly.',
    shape: 'ordinary',
    weight: 1,
    endsSystem: true,
    compose: (random) => {
      const how = pick(random, ['wal', 'dropped'] as const);
      const errorCode = how === 'wal' ? 'SOURCE_SLOT_LOST' : 'SOURCE_SLOT_MISSING';
      return {
        tasks: endlessTasks(random),
        load: ordinaryLoad(random),
        faults: [{ atMs: random.integer(5_000, 10_000), fault: { kind: 'slot-lost', how } }],
        ending: { kind: 'halted', errorCode },
      };
    },
  },
  {
    name: 'table-rewritten',
    about: 'VACUUM FULL writes a table anew in the middle of its scan: the scan halts.',
    shape: 'slow-scan',
    weight: 1,
    compose: (random) => {
      const ending = { kind: 'halted', errorCode: 'SOURCE_TABLE_REWRITTEN' } as const;
      const tasks = endlessTasks(random).map((task) =>
        task.taskType === 'INC' ? task : { ...scanned(task), ending },
      );
      const struck = tasks.find((task) => task.ending !== undefined);
      return {
        tasks,
        load: { ...ordinaryLoad(random), ...slowRows(random) },
        faults: [
          { atMs: 500, fault: { kind: 'table-rewritten', task: struck?.name ?? '' } },
          ...company(random, 4_000),
        ],
      };
    },
  },
  {
    name: 'long-transaction',
    about: 'A transaction with changed rows is open, savepoints and all, while tasks are created.',
    shape: 'ordinary',
    weight: 1,
    compose: (random) => {
      const tasks = threeTasks(random).map((task) => ({
        ...task,
        createdAtMs: random.integer(1_500, 4_000),
      }));
      const atMs = random.integer(0, 1_000);
      const forMs = random.integer(6_000, 11_000);
      return {
        tasks,
        load: ordinaryLoad(random),
        faults: [
          {
            atMs,
            fault: {
              kind: 'long-transaction',
              table: pick(random, tasks).table,
              forMs,
              ends: pick(random, LONG_ENDS),
            },
          },
          ...company(random, atMs + forMs),
        ],
      };
    },
  },
  {
    name: 'asynchronous-crash',
    about:
      'PostgreSQL dies in mid-scan and undoes commits that it had answered and a scan had seen.',
    shape: 'slow-scan',
    weight: 1,
    compose: (random) => ({
      tasks: threeTasks(random).map(scanned),
      load: { ...ordinaryLoad(random), ...slowRows(random), asynchronousCommits: true },
      faults: [3_000, 10_500].slice(0, random.integer(1, 2)).map((least) => ({
        atMs: least + random.integer(0, 2_500),
        fault: { kind: 'postgres-kill', downMs: random.integer(0, 1_500) },
      })),
    }),
  },
];

function slowRows(random: SeededRandom): { readonly baseRows: number } {
  return { baseRows: random.integer(SLOW_ROWS.least, SLOW_ROWS.most) };
}
