/** How a series of figures is spread. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

const BARS_WIDTH = 40;

/** Nearest-rank percentiles. Pure. */
export function distributionOf(values: readonly number[]): Distribution {
  if (values.length === 0) throw new RangeError('no figure was measured');
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return {
    count: sorted.length,
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: at(1),
  };
}

/** Bars of equal width between zero and the largest figure. Pure. */
export function histogramLines(values: readonly number[], bars: number, unit: string): string[] {
  const { max, count } = distributionOf(values);
  const width = max / bars || 1;
  const counts = Array.from({ length: bars }, () => 0);
  for (const value of values) {
    const bar = Math.min(bars - 1, Math.floor(value / width));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return counts.map((rows, index) => {
    const from = (index * width).toFixed(2).padStart(7);
    const to = ((index + 1) * width).toFixed(2).padStart(7);
    const bar = '█'.repeat(Math.ceil((rows / most) * BARS_WIDTH)).padEnd(BARS_WIDTH);
    return `  ${from} –${to} ${unit}  ${bar} ${((rows / count) * 100).toFixed(1).padStart(5)} %`;
  });
}
