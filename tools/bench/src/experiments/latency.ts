import { right } from '../report/columns.js';
import type { BenchSystem } from '../bench-system.js';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS, type BenchTable } from '../load/tables.js';
import type { BenchResult, ResultTable } from '../report/bench-result.js';
import { distributionOf, histogramLines } from '../series/distribution.js';
import { scaled, type Experiment, type ExperimentContext, type Findings } from './experiment.js';
import { rowsOf, runLatency, type LatencyLoad, type LatencyRun } from './latency-run.js';

const TABLE: BenchTable = { ...ORDERS, name: 'public.steady' };
const SECONDS = 30;
/** Long enough for a file to become as old as it may by default, and then some. */
const SECONDS_OF_DEFAULT = 200;
const RATES = [200, 2_000, 20_000];
const BARS = 12;
const AGES = [0.25, 1, null];

/** Every rate with every file age, but the highest rate with small files only. */
export const LATENCY: Experiment = {
  name: 'latency',
  title: 'From commit to queryable',
  about: 'seconds from the commit of a row to the listing that has its object, at steady rates',
  run: async (context) => {
    const loads = AGES.flatMap((fileAgeSeconds) =>
      RATES.map((rowsPerSecond) => {
        const seconds = fileAgeSeconds === null ? SECONDS_OF_DEFAULT : SECONDS;
        return { rowsPerSecond, fileAgeSeconds, seconds: scaledSeconds(seconds, context.scale) };
      }),
    );
    return measureAll(context, loads);
  },
};

/** One load alone. */
export async function measureLatency(system: BenchSystem, load: LatencyLoad): Promise<LatencyRun> {
  await makeTable(system.sql, TABLE, 0);
  await system.startServices();
  return runLatency(system, load, { table: TABLE, name: 'latency', first: 1 });
}

/** A load's distribution as a person reads it. Pure. */
export function latencyLines(load: LatencyLoad, { latencies, objects }: LatencyRun): string[] {
  const { count, min, p50, p90, p99, max } = distributionOf(latencies);
  const age =
    load.fileAgeSeconds === null ? 'default file age' : `${load.fileAgeSeconds} s file age`;
  const cells = Object.entries({ min, p50, p90, p99, max });
  return [
    `\nFrom commit to queryable, ${count.toLocaleString('en')} rows in ${objects} objects, ` +
      `${load.rowsPerSecond.toLocaleString('en')} rows/s, ${age}:\n`,
    ...histogramLines(latencies, BARS, 's'),
    `\n  ${cells.map(([name, value]) => `${name} ${inSeconds(value)}`).join('   ')}`,
  ];
}

/** Measures loads one after the other, each with a task of its own. */
async function measureAll(
  { system, say }: Pick<ExperimentContext, 'system' | 'say'>,
  loads: readonly LatencyLoad[],
): Promise<Findings> {
  await makeTable(system.sql, TABLE, 0);
  await system.startServices();
  const rows: string[][] = [];
  const points = new Map<string, { x: number; y: number }[]>();
  let first = 1;
  for (const [at, load] of loads.entries()) {
    const name = `latency-${at}`;
    const { latencies, objects } = await runLatency(system, load, { table: TABLE, name, first });
    first += rowsOf(load);
    const { p50, p90, p99, max } = distributionOf(latencies);
    const { rowsPerSecond, fileAgeSeconds } = load;
    const age = fileAgeSeconds === null ? 'default (120 s)' : `${fileAgeSeconds} s`;
    const beyond = fileAgeSeconds === null ? '' : inSeconds(p99 - fileAgeSeconds);
    const cells = [rowsPerSecond.toLocaleString('en'), age];
    rows.push([...cells, ...[p50, p90, p99, max].map(inSeconds), beyond, String(objects)]);
    say(`  ${rows.at(-1)?.join('  ') ?? ''}`);
    if (fileAgeSeconds === null) continue;
    const line = points.get(age) ?? [];
    points.set(age, [...line, { x: rowsPerSecond, y: p99 }]);
  }
  const lines = [...points].map(([name, of]) => ({ name: `file age ${name}`, points: of }));
  return {
    settings: { lanes: 1 },
    series: [],
    ratios: [],
    tables: [latencyTable(rows)],
    charts: lines.length === 0 ? [] : [latencyChart(lines)],
  };
}

type Chart = BenchResult['charts'][number];

function latencyTable(rows: readonly string[][]): ResultTable {
  const names = ['rows/s', 'file age', 'p50', 'p90', 'p99', 'max', 'p99 beyond the age', 'objects'];
  return {
    title: 'Seconds from the commit of a row to the listing that has its object',
    columns: names.map(right),
    rows: [...rows],
  };
}

function latencyChart(
  lines: readonly { name: string; points: readonly { x: number; y: number }[] }[],
): Chart {
  return {
    ...{ kind: 'lines', title: 'From commit to queryable, 99 of 100 rows' },
    x: { title: 'rows per second', isLogarithmic: true },
    y: { title: 'seconds' },
    series: lines,
  };
}

function inSeconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function scaledSeconds(seconds: number, scale: number): number {
  return scale === 1 ? seconds : Math.max(2, Math.round(scaled(seconds * 1000, scale) / 1000));
}
