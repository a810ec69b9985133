import { left, right } from './columns.js';
import type { Series } from '../series/measured.js';
import { summaryOf, type SeriesSummary } from '../series/summary.js';
import { measuredRatio, type BenchResult, type ResultTable } from './bench-result.js';
import type { BarsChart } from './chart.js';
import { exactNumber, figure, ratioRange, ratioText } from './figures.js';

/** What a million rows cost each process, and how much memory it held; a row for each process of a contestant. */
export function costTable(series: readonly Series[]): ResultTable {
  const rows = series.map(summaryOf).flatMap((summary) => {
    const { contestant, cpuPerMillionByProcess, rssPeakMiB } = summary;
    return Object.entries(rssPeakMiB)
      .filter(([process]) => (cpuPerMillionByProcess[process] ?? 0) >= CPU_SHOWN_LEAST)
      .map(([process, memory]) => [
        ...[contestant, process, figure(cpuPerMillionByProcess[process] ?? 0)],
        exactNumber(Math.round(memory)),
      ]);
  });
  return {
    title: 'Cost by process',
    columns: [
      ...[left('contestant'), left('process'), right('CPU s per million rows')],
      right('peak memory, MiB'),
    ],
    rows,
  };
}

/** What the rows became on their way: a row for each contestant that tells. */
export function volumeTable(series: readonly Series[]): ResultTable {
  const rows = series.map(summaryOf).flatMap((summary, at) => {
    const { contestant, figures } = summary;
    const arrived = series[at]?.runs[0]?.rows ?? 0;
    const bytes = (name: string) => {
      const value = figures[name];
      return value === undefined || arrived === 0 ? '' : figure(value / arrived);
    };
    const { objects } = figures;
    if (figures['kafkaBytes'] === undefined) return [];
    return [
      [
        ...[contestant, bytes('kafkaBytes'), bytes('objectBytes')],
        objects === undefined ? '' : exactNumber(objects),
      ],
    ];
  });
  const columns = ['bytes in Kafka per row', 'bytes in objects per row', 'objects'].map(right);
  return { title: 'Volume', columns: [left('contestant'), ...columns], rows };
}

/** A bar for each contestant, with the range of its runs. */
export function rateChart(title: string, series: readonly Series[]): BarsChart {
  const bar = ({ contestant, rowsPerSecond: { median, least, most } }: SeriesSummary) => ({
    ...{ name: contestant, value: median, least, most },
  });
  const bars = series.map((each) => bar(summaryOf(each)));
  const [first, ...others] = bars;
  if (first === undefined) throw new RangeError('there is no chart of no series');
  return { kind: 'bars', title, unit: 'rows/s', categories: [first, ...others] };
}

/** Each comparison in a line, for the terminal. */
export function ratioLines(result: Pick<BenchResult, 'series' | 'ratios'>): string[] {
  return result.ratios.map((ratio) => {
    const spread = measuredRatio(result, ratio);
    const what = ratio.of === 'rowsPerSecond' ? 'rows/s' : 'CPU per row';
    return (
      `  ${what}, ${ratio.numerator} : ${ratio.denominator} = ` +
      `${ratioText(spread.median)} (${ratioRange(spread)})` +
      (ratio.least === undefined ? '' : `; at least ${ratioText(ratio.least)}`)
    );
  });
}

/** A process that did nothing for a contestant is none of its cost. */
const CPU_SHOWN_LEAST = 0.05;
