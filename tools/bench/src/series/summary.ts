import type { Measured, Series } from './measured.js';
import { cpuPerMillion, rowsPerSecond } from './rates.js';
import { medianOf, spreadOf, type Spread } from './spread.js';

/** What the runs of a contestant come to. */
export interface SeriesSummary {
  readonly contestant: string;
  readonly runs: number;
  readonly rowsPerSecond: Spread;
  /** CPU seconds per million rows of all processes; null where a run had no rows. */
  readonly cpuPerMillion: Spread | null;
  /** Medians of the same by the name of a process; empty where a run had no rows. */
  readonly cpuPerMillionByProcess: Readonly<Record<string, number>>;
  /** Highest of all runs, by the name of a process. */
  readonly rssPeakMiB: Readonly<Record<string, number>>;
  /** Medians of those runs that have the figure. */
  readonly figures: Readonly<Record<string, number>>;
}

/** @param series of at least one run. Pure. */
export function summaryOf({ contestant, runs }: Series): SeriesSummary {
  const cpu = cpusOf(runs, undefined);
  return {
    contestant,
    runs: runs.length,
    rowsPerSecond: spreadOf(runs.map(rowsPerSecond)),
    cpuPerMillion: cpu === null ? null : spreadOf(cpu),
    cpuPerMillionByProcess: cpu === null ? {} : cpuByProcess(runs),
    rssPeakMiB: byName(
      runs,
      ({ rssPeakMiB }) => rssPeakMiB,
      (values) => Math.max(...values),
    ),
    figures: byName(runs, ({ figures }) => figures, medianOf),
  };
}

/** Of each run in its order; null where one had no rows. Pure. */
export function cpusOf(
  runs: readonly Measured[],
  processes: readonly string[] | undefined,
): number[] | null {
  const cpus = runs.map((run) => cpuPerMillion(run, processes));
  return cpus.every((cpu) => cpu !== null) ? cpus : null;
}

function cpuByProcess(runs: readonly Measured[]): Record<string, number> {
  const processes = new Set(runs.flatMap(({ cpuSeconds }) => Object.keys(cpuSeconds)));
  const medians = [...processes].map((process) => [
    process,
    medianOf(cpusOf(runs, [process]) ?? []),
  ]);
  return Object.fromEntries(medians) as Record<string, number>;
}

function byName(
  runs: readonly Measured[],
  figuresOf: (run: Measured) => Readonly<Record<string, number>>,
  reduce: (values: readonly number[]) => number,
): Record<string, number> {
  const values = new Map<string, number[]>();
  for (const run of runs) {
    for (const [name, value] of Object.entries(figuresOf(run))) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, reduce(all)]));
}
