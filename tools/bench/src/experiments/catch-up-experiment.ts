import { RecvLogical } from '../limits/recv-logical.js';
import { ORDERS, WIDE, type BenchTable } from '../load/tables.js';
import { costTable, rateChart, volumeTable } from '../report/rate-report.js';
import type { BenchResult } from '../report/bench-result.js';
import type { Series } from '../series/measured.js';
import { CatchUpDelivery, type CatchUpOptions } from './catch-up.js';
import { runCatchUps } from './catch-up-series.js';
import { scaled, type Experiment } from './experiment.js';

interface CatchUpLoad {
  readonly name: string;
  readonly table: BenchTable;
  readonly rows: number;
  readonly rowsPerTransaction: number;
}

const LOADS: readonly CatchUpLoad[] = [
  {
    name: 'transactions of 1,000 rows',
    table: { ...ORDERS, name: 'public.in_thousands' },
    ...{ rows: 1_000_000, rowsPerTransaction: 1_000 },
  },
  {
    name: 'transactions of one row',
    table: { ...ORDERS, name: 'public.one_by_one' },
    ...{ rows: 200_000, rowsPerTransaction: 1 },
  },
  { name: 'rows of 50 columns', table: WIDE, rows: 200_000, rowsPerTransaction: 1_000 },
];

type Ratio = BenchResult['ratios'][number];

/** How fast changes are delivered that were written while the changefeed was stopped. */
export const CATCH_UP: Experiment = {
  name: 'catch-up',
  title: 'Catching up with changes',
  about: 'changes written while the changefeed was stopped, from its start to the last object',
  run: async ({ system, rounds, scale, say }) => {
    await system.startServices();
    const all: Series[] = [];
    const ratios: Ratio[] = [];
    for (const load of LOADS) {
      const options: CatchUpOptions = { ...load, rows: scaled(load.rows, scale) };
      const readers = [
        new CatchUpDelivery(system, options, `Lakeferry, ${load.name}`),
        new RecvLogical(system, { ...options, name: `pg_recvlogical, ${load.name}` }),
      ];
      say(`${load.name}:`);
      all.push(...(await runCatchUps(system, { ...options, readers, rounds, say })));
      const [ours, limit] = readers.map(({ name }) => name) as [string, string];
      // What one row in a transaction of its own costs has no target: it is there to be known.
      const target = load === LOADS[0] ? { least: 1 / 1.5, aim: 1 } : {};
      ratios.push({ numerator: ours, denominator: limit, of: 'rowsPerSecond', ...target });
    }
    return {
      settings: { rounds, lanes: 1, 'file age': '1 s' },
      series: all,
      ratios,
      tables: [costTable(all), volumeTable(all)],
      charts: [rateChart('Catching up, rows per second', all)],
    };
  },
};
