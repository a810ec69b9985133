import { z } from 'zod';
import { ratioOf } from '../series/ratio.js';
import type { Series } from '../series/measured.js';
import { chart } from './chart.js';

/** In the order of the page. */
export const EXPERIMENTS = [
  ...['base', 'catch-up', 'peer', 'latency', 'scaling', 'files'],
] as const;

const text = z.string().min(1);
const amounts = z.record(text, z.number().nonnegative()).readonly();

const machine = z.strictObject({
  cpus: z.number().int().positive(),
  model: text,
  memoryGiB: z.number().positive(),
  node: text,
  os: text,
});
export type Machine = z.infer<typeof machine>;

const series = z.strictObject({
  contestant: text,
  runs: z
    .array(
      z.strictObject({
        rows: z.number().int().nonnegative(),
        seconds: z.number().positive(),
        cpuSeconds: amounts,
        rssPeakMiB: amounts,
        figures: z.record(text, z.number()).readonly(),
      }),
    )
    .min(1)
    .readonly(),
});

const processes = z.array(text).min(1).readonly();
const comparison = z.strictObject({
  /** Names of contestants. */
  numerator: text,
  denominator: text,
  of: z.enum(['rowsPerSecond', 'cpuPerMillion']),
  /** Whose CPU counts; all where a side names none. */
  processes: z
    .strictObject({
      numerator: processes.exactOptional(),
      denominator: processes.exactOptional(),
    })
    .exactOptional(),
  /** What it has to reach. More is better: of CPU seconds, those of the other stand above ours. */
  least: z.number().positive().exactOptional(),
  /** What it is meant to reach. */
  aim: z.number().positive().exactOptional(),
  note: text.exactOptional(),
});
export type Comparison = z.infer<typeof comparison>;

const table = z
  .strictObject({
    title: text,
    columns: z
      .array(z.strictObject({ name: text, align: z.enum(['left', 'right']) }))
      .min(1)
      .readonly(),
    rows: z.array(z.array(z.string()).readonly()).readonly(),
    /** What a reader should know beside the cells. */
    note: text.exactOptional(),
  })
  .refine(({ columns, rows }) => rows.every(({ length }) => length === columns.length), {
    error: 'a row has not as many cells as there are columns',
  });
export type ResultTable = z.infer<typeof table>;

/** All that one experiment came to. What a page says of it is computed from this alone. */
const benchResult = z
  .strictObject({
    experiment: z.enum(EXPERIMENTS),
    title: text,
    /** What runs it again. */
    command: text,
    /** Short; with a plus when the checkout differed from it. */
    commit: z.string().regex(/^([0-9a-f]{7,40}\+?|unknown)$/),
    at: z.iso.datetime(),
    machine,
    settings: z.record(text, z.union([z.string(), z.number()])).readonly(),
    series: z.array(series).readonly(),
    ratios: z.array(comparison).readonly(),
    /** The same contestant, listed twice: what differs though nothing is different. */
    noise: z.strictObject({ contestant: text, again: text }).exactOptional(),
    tables: z.array(table).readonly(),
    charts: z.array(chart).readonly(),
  })
  .superRefine((result, context) => {
    for (const message of contradictions(result)) context.addIssue({ code: 'custom', message });
  });
export type BenchResult = z.infer<typeof benchResult>;

/** @throws Error that names every place which is not of the form */
export function parseBenchResult(value: unknown): BenchResult {
  const parsed = benchResult.safeParse(value);
  if (!parsed.success) throw new Error(`not a result: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The series of a contestant that the result has. */
export function seriesOf({ series }: Pick<BenchResult, 'series'>, name: string): Series {
  const found = series.find(({ contestant }) => contestant === name);
  if (found === undefined) throw new RangeError(`there is no series of ${name}`);
  return found;
}

/** What cannot be computed from the series though a page would have to. */
function contradictions(result: Pick<BenchResult, 'series' | 'ratios' | 'noise'>): string[] {
  const names = result.series.map(({ contestant }) => contestant);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const { contestant, again } = result.noise ?? {};
  const noise: readonly Comparison[] =
    contestant === undefined || again === undefined
      ? []
      : (['rowsPerSecond', 'cpuPerMillion'] as const).map((of) => ({
          ...{ numerator: contestant, denominator: again, of },
        }));
  const reasons = [...result.ratios, ...noise].map((each) => whyNot(result, each));
  return [
    ...twice.map((name) => `two series are of ${name}`),
    ...reasons.filter((reason) => reason !== null),
  ];
}

function whyNot(result: Pick<BenchResult, 'series'>, ratio: Comparison): string | null {
  try {
    measuredRatio(result, ratio);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a comparison comes to. Pure. */
export function measuredRatio(
  result: Pick<BenchResult, 'series'>,
  { numerator, denominator, of, processes: some = {} }: Comparison,
) {
  return ratioOf({
    numerator: seriesOf(result, numerator),
    denominator: seriesOf(result, denominator),
    of,
    processes: some,
  });
}
