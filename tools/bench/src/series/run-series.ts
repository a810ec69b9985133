import type { Contestant, Measured, Series } from './measured.js';
import { runLine } from './run-line.js';

/** A run that ended. */
export interface EndedRun {
  readonly contestant: string;
  /** From 1; 0 is the warm-up. */
  readonly round: number;
  readonly measured: Measured;
}

export interface SeriesOptions {
  /** Their names differ, for results tell them apart by name. */
  readonly contestants: readonly Contestant[];
  /** Rounds that count. */
  readonly rounds: number;
  /** Rounds that don't, before those; 1 where it does not say. */
  readonly warmUps?: number;
  readonly say: (line: string) => void;
  /** What the contestants of a round have in common, made before the first of them runs; 0 is the warm-up. */
  readonly beforeRound?: (round: number) => void | Promise<void>;
  readonly afterRound?: (round: number) => void | Promise<void>;
  /** Told of every run, those of the warm-up too, before the next one begins. */
  readonly onRun?: (run: EndedRun) => void | Promise<void>;
}

/**
 * Runs the contestants in turns, in each round another one first, so that none always has the same one before it.
 *
 * @returns in the order of the contestants
 */
export async function runSeries(options: SeriesOptions): Promise<Series[]> {
  const { contestants, rounds, warmUps = 1 } = options;
  checkNames(contestants);
  const runs = new Map<Contestant, Measured[]>(contestants.map((each) => [each, []]));
  for (let warmUp = 0; warmUp < warmUps; warmUp += 1) {
    await runRound(0, contestants, options);
  }
  for (let round = 1; round <= rounds; round += 1) {
    const measured = await runRound(round, turnsOf(round, contestants), options);
    for (const [contestant, run] of measured) runs.get(contestant)?.push(run);
  }
  return [...runs].map(([{ name }, measured]) => ({ contestant: name, runs: measured }));
}

async function runRound(
  round: number,
  turns: readonly Contestant[],
  options: SeriesOptions,
): Promise<[Contestant, Measured][]> {
  const measured: [Contestant, Measured][] = [];
  await options.beforeRound?.(round);
  for (const contestant of turns) {
    measured.push([contestant, await runOnce(contestant, round, options)]);
  }
  await options.afterRound?.(round);
  return measured;
}

/** In which order the contestants run in a round. Pure. */
export function turnsOf<T>(round: number, contestants: readonly T[]): T[] {
  const first = (round - 1) % contestants.length;
  return [...contestants.slice(first), ...contestants.slice(0, first)];
}

async function runOnce(
  contestant: Contestant,
  round: number,
  { contestants, say, onRun }: SeriesOptions,
): Promise<Measured> {
  const { name } = contestant;
  try {
    const measured = await contestant.run(round);
    say(runLine({ contestant: name, round, measured }, namesWidth(contestants)));
    await onRun?.({ contestant: name, round, measured });
    return measured;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const when = round === 0 ? 'warm-up' : `round ${round}`;
    throw new Error(`${name}, ${when}: ${reason}`, { cause: error });
  }
}

function namesWidth(contestants: readonly Contestant[]): number {
  return Math.max(...contestants.map(({ name }) => name.length));
}

function checkNames(contestants: readonly Contestant[]): void {
  const names = contestants.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`two contestants are named ${twice}`);
}
