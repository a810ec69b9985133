import type { SeededRandom } from '@lakeferry/history';
import type { FaultSpec, PlannedFault } from './round-plan.js';

export function pick<T>(random: SeededRandom, among: readonly T[]): T {
  const found = among[random.integer(0, among.length - 1)];
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
}

/** Times for faults, far enough apart to strike at different states, close enough to overlap. */
export function spread(
  random: SeededRandom,
  faults: readonly FaultSpec[],
  withinMs: number,
): PlannedFault[] {
  const step = withinMs / faults.length;
  return faults.map((fault, at) => ({
    atMs: Math.round(2_000 + step * at + random.integer(0, Math.round(step * 0.8))),
    fault,
  }));
}
