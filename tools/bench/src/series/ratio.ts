import type { Series } from './measured.js';
import { rowsPerSecond, type Rate } from './rates.js';
import { medianOf, type Spread } from './spread.js';
import { cpusOf } from './summary.js';

/** Which processes' CPU counts on either side; all where a side names none. */
export interface ProcessesOfRatio {
  readonly numerator?: readonly string[];
  readonly denominator?: readonly string[];
}

export interface RatioOptions {
  readonly numerator: Series;
  readonly denominator: Series;
  readonly of: Rate;
  readonly processes?: ProcessesOfRatio;
}

/** How far two series of the same contestant are apart, as a share: 0.02 is 2 %. */
export interface Noise {
  readonly ofMedians: number;
  /** Of the round in which they differ most. */
  readonly ofRounds: number;
}

/**
 * The ratio of the medians; least and most are of the rounds, each compared with the same round of the other. Pure.
 *
 * @throws RangeError where the series cannot be compared
 */
export function ratioOf({ numerator, denominator, of, processes = {} }: RatioOptions): Spread {
  const above = ratesOf(numerator, of, processes.numerator);
  const below = ratesOf(denominator, of, processes.denominator);
  if (above.length !== below.length) {
    throw new RangeError(
      `${numerator.contestant} ran ${above.length} times, ${denominator.contestant} ${below.length} times`,
    );
  }
  const rounds = above.map((rate, round) => rate / (below[round] ?? Number.NaN));
  return {
    median: medianOf(above) / medianOf(below),
    least: Math.min(...rounds),
    most: Math.max(...rounds),
  };
}

/** What differs though nothing is different: the same contestant, listed twice in one series. Pure. */
export function noiseOf(first: Series, again: Series): Record<Rate, Noise> {
  const noise = (of: Rate): Noise => {
    const { median, least, most } = ratioOf({ numerator: first, denominator: again, of });
    const [ofMedians, ofLeast, ofMost] = [median, least, most].map(distanceFromOne);
    return { ofMedians: ofMedians ?? 0, ofRounds: Math.max(ofLeast ?? 0, ofMost ?? 0) };
  };
  return { rowsPerSecond: noise('rowsPerSecond'), cpuPerMillion: noise('cpuPerMillion') };
}

/** The same of a ratio and of its reciprocal. */
function distanceFromOne(ratio: number): number {
  return Math.max(ratio, 1 / ratio) - 1;
}

function ratesOf(series: Series, of: Rate, processes: readonly string[] | undefined): number[] {
  const { contestant, runs } = series;
  if (of === 'rowsPerSecond') return runs.map(rowsPerSecond);
  const unknown = processes?.find((process) =>
    runs.every(({ cpuSeconds }) => cpuSeconds[process] === undefined),
  );
  if (unknown !== undefined) throw new RangeError(`no run of ${contestant} tells of ${unknown}`);
  const cpus = cpusOf(runs, processes);
  if (cpus === null) throw new RangeError(`${contestant} has a run without rows`);
  return cpus;
}
