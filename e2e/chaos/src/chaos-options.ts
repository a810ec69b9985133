import { parseArgs } from 'node:util';

/** What a run of rounds does. */
export interface ChaosOptions {
  readonly rounds: number;
  /** Seed of the first round; each round after it has the next whole number. */
  readonly seed: number;
  /** Every round is of this scenario; null lets the seeds choose. */
  readonly scenario: string | null;
  /** The short set that guards every change, in place of rounds by seed. */
  readonly short: boolean;
  /** Results are kept in a file, and rounds that held on the same commit are not run again. */
  readonly record: boolean;
  /** Rounds go on behind one that failed. */
  readonly keepGoing: boolean;
}

export type ChaosRequest =
  | { readonly kind: 'run'; readonly options: ChaosOptions }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

export const HELP = `npm run chaos -- [--rounds N] [--seed S] [--scenario NAME]

Starts real servers and services, lets writers change tables, breaks things while rows are delivered, and
compares the bucket with what was committed. Each round has a seed of its own, from which everything in it
is chosen: a round is run again by the seed and the scenario that its line names.

  --rounds N       rounds (5)
  --seed S         seed of the first round (1); the next round has S + 1
  --scenario NAME  every round is of this scenario; without it seeds go round all of them
  --short          the fixed short set that guards every change
  --record         keeps a line per round in chaos/results.jsonl; what held on this commit is not run again
  --keep-going     goes on behind a round that failed; without it the first failure ends the run
  --list           prints the scenarios and what each breaks
  --help           prints this`;

const ROUNDS_MAX = 100_000;
/** Seeds are in the names of tasks, which are short. */
const SEED_MAX = 999_999;

/** Reads the command line. Pure. */
export function parseChaosArguments(
  args: readonly string[],
  scenarios: readonly string[],
): ChaosRequest {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
        scenario: { type: 'string' },
        short: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        'keep-going': { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.list) return { kind: 'list' };
    const { scenario } = values;
    if (scenario !== undefined && !scenarios.includes(scenario)) {
      const known = scenarios.join(', ');
      return { kind: 'refused', reason: `there is no scenario "${scenario}"; there are ${known}` };
    }
    return {
      kind: 'run',
      options: {
        rounds: wholeNumber('--rounds', values.rounds, { least: 1, most: ROUNDS_MAX }),
        seed: wholeNumber('--seed', values.seed, { least: 1, most: SEED_MAX }),
        scenario: scenario ?? null,
        short: values.short,
        record: values.record,
        keepGoing: values['keep-going'],
      },
    };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(name: string, text: string, range: { least: number; most: number }): number {
  const value = Number(text);
  const { least, most } = range;
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(`${name} takes a whole number from ${least} to ${most}, not "${text}"`);
}
