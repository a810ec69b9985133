import { right } from '../report/columns.js';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS } from '../load/tables.js';
import type { ResultTable } from '../report/bench-result.js';
import { baseDelivery } from './base-delivery.js';
import { costCells, COST_COLUMNS } from './cost-cells.js';
import { scaled, type ExperimentContext } from './experiment.js';

const ROWS = 1_000_000;
const LANES = [1, 2, 4];

/** The same base over more lanes, in the same processes. */
export async function scaleLanes({ system, scale, say }: ExperimentContext): Promise<ResultTable> {
  const rows = scaled(ROWS, scale);
  await makeTable(system.sql, ORDERS, rows);
  await baseDelivery(system, { table: ORDERS, rows }).run(0);
  const cells: string[][] = [];
  for (const lanes of LANES) {
    const measured = await baseDelivery(system, { table: ORDERS, rows, lanes }).run(1);
    cells.push([String(lanes), ...costCells(measured)]);
    say(`  ${cells.at(-1)?.join('  ') ?? ''}`);
  }
  return {
    title: `A base of ${rows.toLocaleString('en')} rows over more lanes, one process of each service`,
    columns: [right('lanes'), ...COST_COLUMNS],
    rows: cells,
  };
}
