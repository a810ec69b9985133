import type { SeededRandom } from '@lakeferry/history';
import type { PlannedLoad, PlannedTask } from './round-plan.js';
import { pick } from './choices.js';

/** Files are closed early, so that rounds of half a minute have many. */
const FILE_AGE_SECONDS_MAX = 2;

/** One task of each mode over tables of different partitioning; which has which is chosen. */
export function threeTasks(random: SeededRandom): PlannedTask[] {
  const tables = shuffled(random, ['plain', 'hourly', 'events', 'wide'] as const);
  return (['BASE_INC', 'INC', 'BASE'] as const).map((taskType, at) => ({
    name: taskType.toLowerCase().replace('_', '-'),
    table: tables[at] ?? 'plain',
    taskType,
    lanes: pick(random, [1, 2, 2, 3]),
    createdAtMs: random.integer(0, 1_500),
    config: { fileAgeSecondsMax: FILE_AGE_SECONDS_MAX },
  }));
}

export function ordinaryLoad(random: SeededRandom): PlannedLoad {
  return {
    connections: random.integer(3, 5),
    pauseMs: random.integer(40, 80),
    baseRows: random.integer(2_000, 12_000),
    forMs: 18_000,
    asynchronousCommits: false,
    mix: { giantShare: 0.0005, giantRows: pick(random, [3_000, 10_000]) },
  };
}

export function shuffled<T>(random: SeededRandom, items: readonly T[]): T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(random.integer(0, left.length - 1), 1));
  return result;
}
