/** What a person may choose about a demo run. */
export interface DemoOptions {
  readonly rows: number;
  readonly keep: boolean;
}

export type DemoRequest =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

export const ROWS_MAX = 3_000_000;
const ROWS_MIN = 10_000;

export const HELP = `npm run demo -- [--rows N] [--keep]

Starts PostgreSQL, Kafka, an S3 store and the four services, loads flights into a table, delivers
the table and its changes into the bucket, and checks the result against what committed.

  --rows N  load the first N flights instead of all ${ROWS_MAX.toLocaleString('en')}
  --keep    leave everything running at the end, until Ctrl-C
  --help    print this`;

/** Reads the command line. Pure. */
export function parseDemoArguments(args: readonly string[]): DemoRequest {
  let rows = ROWS_MAX;
  let keep = false;
  for (let at = 0; at < args.length; at += 1) {
    const [name, joined] = (args[at] ?? '').split('=', 2);
    switch (name) {
      case '--help':
      case '-h':
        return { kind: 'help' };
      case '--keep':
        keep = true;
        break;
      case '--rows': {
        const text = joined ?? args[(at += 1)] ?? '';
        rows = /^\d+$/.test(text) ? Number(text) : Number.NaN;
        if (!(rows >= ROWS_MIN && rows <= ROWS_MAX)) {
          return {
            kind: 'refused',
            reason: `--rows takes a number from ${ROWS_MIN} to ${ROWS_MAX}`,
          };
        }
        break;
      }
      default:
        return { kind: 'refused', reason: `unknown argument ${name}; see --help` };
    }
  }
  return { kind: 'run', options: { rows, keep } };
}
