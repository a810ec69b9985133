import { z } from 'zod';

const text = z.string().min(1);
const bar = z.strictObject({
  name: text,
  value: z.number().nonnegative(),
  /** Ends of the whisker: where the runs lay. */
  least: z.number().nonnegative().exactOptional(),
  most: z.number().nonnegative().exactOptional(),
});

/** One value of each category, from zero, drawn from the left to the right. */
export const barsChart = z.strictObject({
  kind: z.literal('bars'),
  title: text,
  /** Of the values: "rows/s", "CPU seconds per million rows". */
  unit: text,
  categories: z.array(bar).min(1).readonly(),
  /** A line across all bars: a limit, a target. */
  reference: z.strictObject({ name: text, value: z.number().nonnegative() }).exactOptional(),
});
export type BarsChart = z.infer<typeof barsChart>;

const axis = z.strictObject({
  /** With its unit: "file age (s)". */
  title: text,
});
const line = z.strictObject({
  name: text,
  points: z
    .array(z.strictObject({ x: z.number(), y: z.number().nonnegative() }))
    .min(1)
    .readonly(),
});

/** Values over a quantity, a line for each name; the vertical axis begins at zero. */
export const linesChart = z
  .strictObject({
    kind: z.literal('lines'),
    title: text,
    x: axis.extend({ isLogarithmic: z.boolean().exactOptional() }),
    y: axis,
    series: z.array(line).min(1).readonly(),
  })
  .refine(
    ({ x, series }) =>
      x.isLogarithmic !== true || series.every(({ points }) => points.every((at) => at.x > 0)),
    { error: 'a logarithmic axis has no place for zero' },
  );
export type LinesChart = z.infer<typeof linesChart>;

export const chart = z.discriminatedUnion('kind', [barsChart, linesChart]);
export type Chart = z.infer<typeof chart>;
