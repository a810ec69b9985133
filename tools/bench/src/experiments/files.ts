import { left, right } from '../report/columns.js';
import { DuckSession, sqlText } from '@lakeferry/history';
import type { BenchSystem } from '../bench-system.js';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS, WIDE, type BenchTable } from '../load/tables.js';
import type { ResultTable } from '../report/bench-result.js';
import { exactNumber, figure } from '../report/figures.js';
import { medianOf } from '../series/spread.js';
import { baseDelivery } from './base-delivery.js';
import { scaled, type Experiment } from './experiment.js';

interface FilesLoad {
  readonly name: string;
  readonly table: BenchTable;
  readonly rows: number;
  /** Reads every value of the columns that a question would. */
  readonly question: string;
}

const LOADS: readonly FilesLoad[] = [
  {
    name: 'seven columns',
    table: ORDERS,
    rows: 2_000_000,
    question: 'SELECT city, sum(amount), max(note), min(ordered_at) FROM rows GROUP BY city',
  },
  {
    name: 'fifty columns',
    table: WIDE,
    rows: 400_000,
    question: 'SELECT c3, sum(c5), max(c1), min(c4), sum(c2) FROM rows GROUP BY c3',
  },
];
const MIB = 1024 * 1024;
const OURS = 'lakeferry';
const THEIRS = 'DuckDB';
const SCANS = 5;

/** What the objects are like, and how fast they are read beside those that DuckDB writes of the same rows. */
export const FILES: Experiment = {
  name: 'files',
  title: 'Files',
  about: 'sizes of objects and row groups, and how fast DuckDB reads them beside its own',
  run: async ({ system, scale, say }) => {
    await system.startServices();
    const sizes: string[][] = [];
    const scans: string[][] = [];
    for (const { name, table, rows: full, question } of LOADS) {
      const rows = scaled(full, scale);
      await makeTable(system.sql, table, rows);
      const delivery = baseDelivery(system, {
        ...{ table, rows },
        onObjects: async (folder) => {
          sizes.push([name, ...(await sizesOf(system, folder))]);
          scans.push([name, ...(await scansOf(system, folder, question))]);
        },
      });
      await delivery.run(0);
      say(`  ${sizes.at(-1)?.join('  ') ?? ''}`);
      say(`  ${scans.at(-1)?.join('  ') ?? ''}`);
    }
    return {
      settings: { 'file target': '64 MiB', codec: 'as by default', scans: SCANS },
      series: [],
      ratios: [],
      tables: [sizeTable(sizes), scanTable(scans)],
      charts: [],
    };
  },
};

/** Objects, bytes of the largest and of all, row groups, rows of the largest, bytes of it before compression. */
async function sizesOf(system: BenchSystem, folder: string): Promise<string[]> {
  const session = await DuckSession.open(system.s3);
  try {
    const from = sqlText(`s3://${system.s3.bucket}/${folder}/**`);
    const [found] = await session.rows(`
      SELECT count(DISTINCT file_name) AS objects, count(DISTINCT (file_name, row_group_id)) AS groups,
             max(row_group_num_rows) AS rows, max(row_group_bytes) AS bytes
      FROM parquet_metadata(${from})`);
    const bytes = await system.objectSizes(folder);
    return [
      exactNumber(Number(found?.['objects'])),
      figure(Math.max(...bytes) / MIB),
      figure(bytes.reduce((sum, each) => sum + each, 0) / MIB),
      exactNumber(Number(found?.['groups'])),
      exactNumber(Number(found?.['rows'])),
      figure(Number(found?.['bytes']) / MIB),
    ];
  } finally {
    session.close();
  }
}

/** Bytes of all and seconds of a scan, of our objects and of DuckDB's own, and how they compare. */
async function scansOf(system: BenchSystem, folder: string, question: string): Promise<string[]> {
  const session = await DuckSession.open(system.s3);
  const root = `s3://${system.s3.bucket}`;
  const copy = `${folder}-duckdb`;
  try {
    await session.run(
      `COPY (SELECT * FROM read_parquet(${sqlText(`${root}/${folder}/**`)}))
         TO ${sqlText(`${root}/${copy}/all.parquet`)} (FORMAT parquet)`,
    );
    const seconds: Record<string, number[]> = { [OURS]: [], [THEIRS]: [] };
    for (let scan = 0; scan <= SCANS; scan += 1) {
      for (const [name, of] of [[OURS, folder] as const, [THEIRS, copy] as const]) {
        const startedAt = performance.now();
        const from = `read_parquet(${sqlText(`${root}/${of}/**`)})`;
        await session.rows(question.replace('FROM rows', `FROM ${from}`));
        // The first of each opens connections.
        if (scan > 0) seconds[name]?.push((performance.now() - startedAt) / 1000);
      }
    }
    const [ours, theirs] = [medianOf(seconds[OURS] ?? []), medianOf(seconds[THEIRS] ?? [])];
    return [figure(ours), figure(theirs), `${figure(ours / theirs)} : 1`];
  } finally {
    session.close();
    await system.clear(copy);
  }
}

function sizeTable(rows: readonly string[][]): ResultTable {
  return {
    title: 'Objects of a base',
    columns: [
      left('rows of'),
      ...[
        ...['objects', 'largest, MiB', 'all, MiB', 'row groups', 'rows of the largest group'],
        'its bytes before compression, MiB',
      ].map(right),
    ],
    rows: [...rows],
  };
}

function scanTable(rows: readonly string[][]): ResultTable {
  const names = ['ours, s', 'written by DuckDB, s', 'ours : DuckDB'];
  return {
    title: `How long DuckDB reads four or five columns of all rows, median of ${SCANS}`,
    columns: [left('rows of'), ...names.map(right)],
    rows: [...rows],
  };
}
