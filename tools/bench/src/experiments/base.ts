import { copyOut } from '../limits/copy-out.js';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS } from '../load/tables.js';
import { costTable, rateChart, volumeTable } from '../report/rate-report.js';
import { runSeries } from '../series/run-series.js';
import { baseDelivery } from './base-delivery.js';
import { scaled, type Experiment } from './experiment.js';

const ROWS = 2_000_000;

/** How fast a table that is there is delivered, against what PostgreSQL alone can give. */
export const BASE: Experiment = {
  name: 'base',
  title: 'Base scan',
  about: 'a table of two million rows, from the creation of the task to the last object',
  run: async ({ system, rounds, scale, say }) => {
    const rows = scaled(ROWS, scale);
    await makeTable(system.sql, ORDERS, rows);
    await system.startServices();
    const contestants = [
      baseDelivery(system, { table: ORDERS, rows }),
      copyOut(system, { table: ORDERS.name, rows }),
    ];
    const series = await runSeries({ contestants, rounds, say });
    const [ours, limit] = contestants.map(({ name }) => name) as [string, string];
    return {
      settings: { rows, columns: ORDERS.columns.length, rounds, lanes: 1, 'file target': '64 MiB' },
      series,
      ratios: [
        { numerator: ours, denominator: limit, of: 'rowsPerSecond', least: 1 / 6, aim: 1 / 3 },
      ],
      tables: [costTable(series), volumeTable(series)],
      charts: [rateChart('Base scan, rows per second', series)],
    };
  },
};
