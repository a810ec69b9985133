import { parseArgs } from 'node:util';

/** What a run of the latency benchmark does. */
export interface LatencyOptions {
  readonly rowsPerSecond: number;
  readonly seconds: number;
  /** `fileAgeSecondsMax` of the task; null for the default. */
  readonly fileAgeSeconds: number | null;
}

export type BenchRequest =
  | { readonly kind: 'latency'; readonly options: LatencyOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

export const HELP = `npm run bench -- latency [--rate N] [--seconds N] [--age SECONDS|default]

Starts PostgreSQL, Kafka, an S3 store and the four services, writes rows at a steady rate, and
prints how long after its commit each row was in an object that a reader can list.

  --rate N        rows per second (2,000)
  --seconds N     how long rows are written (30)
  --age SECONDS   fileAgeSecondsMax of the task (1); "default" for what tasks have by themselves
  --help          print this`;

/** Reads the command line. Pure. */
export function parseBenchArguments(args: readonly string[]): BenchRequest {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rate: { type: 'string', default: '2000' },
        seconds: { type: 'string', default: '30' },
        age: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (positionals.length !== 1 || positionals[0] !== 'latency') {
      return { kind: 'refused', reason: 'name a benchmark: latency; see --help' };
    }
    const fileAgeSeconds =
      values.age === 'default' ? null : numberOf('--age', values.age, 0.1, 86_400);
    return {
      kind: 'latency',
      options: {
        rowsPerSecond: numberOf('--rate', values.rate, 1, 1_000_000),
        seconds: numberOf('--seconds', values.seconds, 1, 86_400),
        fileAgeSeconds,
      },
    };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

// eslint-disable-next-line max-params -- a value and its bounds
function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new RangeError(`${name} takes a number from ${least} to ${most}, not "${text}"`);
}
