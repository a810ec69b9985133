import type { Measured } from './measured.js';

/** What contestants are compared by. */
export type Rate = 'rowsPerSecond' | 'cpuPerMillion';

const MILLION = 1_000_000;

export function rowsPerSecond({ rows, seconds }: Measured): number {
  return rows / seconds;
}

/**
 * CPU seconds that a million rows cost. Pure.
 *
 * @param processes those that count; all of the run where none are named. One that the run does not tell of used
 *   nothing in it.
 * @returns null of a run without rows
 */
export function cpuPerMillion(
  { rows, cpuSeconds }: Measured,
  processes: readonly string[] = Object.keys(cpuSeconds),
): number | null {
  if (rows === 0) return null;
  const seconds = processes.reduce((sum, process) => sum + (cpuSeconds[process] ?? 0), 0);
  return (seconds / rows) * MILLION;
}
