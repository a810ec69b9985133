import { parseArgs } from 'node:util';
import type { LatencyLoad } from './experiments/latency-run.js';

/** Which experiments run, and how much of them. */
export interface ExperimentsOptions {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly scale: number;
  /** Whether figures go into the results and onto the page: of full runs only. */
  readonly isRecorded: boolean;
}

export type BenchRequest =
  | { readonly kind: 'experiments'; readonly options: ExperimentsOptions }
  | { readonly kind: 'latency'; readonly load: LatencyLoad }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

/** An experiment as the command line knows it. */
export interface KnownExperiment {
  readonly name: string;
  readonly about: string;
}

const ROUNDS = 3;
/** Runs beside the others only when it is named: it brings programs of its own. */
const ON_REQUEST = 'peer';

/** Pure. */
export function benchHelp(experiments: readonly KnownExperiment[]): string {
  const width = Math.max(...experiments.map(({ name }) => name.length));
  const list = experiments.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `npm run bench [-- EXPERIMENT …] [--rounds N] [--scale SHARE]
npm run bench -- latency --rate N [--seconds N] [--age SECONDS|default]
npm run bench:peer

Starts PostgreSQL, Kafka, an S3 store and the four services, measures, writes bench/results/*.json, and
with it the tables and pictures of docs/performance.md. Without a name all run but "${ON_REQUEST}".

${list.join('\n')}

  --rounds N      rounds that count, behind a warm-up (${ROUNDS})
  --scale SHARE   of the full work, to try a bench: 0.01 is a hundredth. Such runs are not recorded
  --rate N        one steady load in place of all, printed as a distribution and not recorded: rows per second
  --seconds N     how long its rows are written (30)
  --age SECONDS   fileAgeSecondsMax of its task (1); "default" for what tasks have by themselves
  --help          print this`;
}

/** Reads the command line. Pure. */
export function parseBenchArguments(
  args: readonly string[],
  experiments: readonly KnownExperiment[],
): BenchRequest {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: String(ROUNDS) },
        scale: { type: 'string', default: '1' },
        rate: { type: 'string' },
        seconds: { type: 'string', default: '30' },
        age: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.rate !== undefined) {
      return latencyRequest(positionals, { ...values, rate: values.rate });
    }
    const rounds = numberOf('--rounds', values.rounds, { least: 1, most: 100 });
    const scale = numberOf('--scale', values.scale, { least: 0.0001, most: 1 });
    const names = namesOf(positionals, experiments);
    const isRecorded = scale === 1 && rounds >= ROUNDS;
    return { kind: 'experiments', options: { names, rounds, scale, isRecorded } };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

function namesOf(
  positionals: readonly string[],
  experiments: readonly KnownExperiment[],
): readonly string[] {
  const known = experiments.map(({ name }) => name);
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new RangeError(`there is no experiment "${stranger}"; name one of ${known.join(', ')}`);
  }
  if (positionals.length === 0) return known.filter((name) => name !== ON_REQUEST);
  return known.filter((name) => positionals.includes(name));
}

function latencyRequest(
  positionals: readonly string[],
  values: { readonly rate: string; readonly seconds: string; readonly age: string },
): BenchRequest {
  if (positionals.length !== 1 || positionals[0] !== 'latency') {
    throw new RangeError('--rate is of the latency bench alone: npm run bench -- latency --rate N');
  }
  const { rate, seconds, age } = values;
  return {
    kind: 'latency',
    load: {
      rowsPerSecond: numberOf('--rate', rate, { least: 1, most: 1_000_000 }),
      seconds: numberOf('--seconds', seconds, { least: 1, most: 86_400 }),
      fileAgeSeconds:
        age === 'default' ? null : numberOf('--age', age, { least: 0.1, most: 86_400 }),
    },
  };
}

function numberOf(
  name: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new RangeError(`${name} takes a number from ${least} to ${most}, not "${text}"`);
}
