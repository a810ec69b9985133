import { right } from '../report/columns.js';
import { makeTable } from '../load/bulk-writer.js';
import { fatOrders } from '../load/tables.js';
import type { ResultTable } from '../report/bench-result.js';
import { baseDelivery } from './base-delivery.js';
import { costCells, COST_COLUMNS } from './cost-cells.js';
import { scaled, type ExperimentContext } from './experiment.js';

/** A gigabyte of rows of a thousand bytes. */
const ROWS = 1_000_000;
const PREFIXES = [1, 100, 1_000];

/** The same rows over more folders, all of which are open at once. */
export async function scalePrefixes({
  system,
  scale,
  say,
}: ExperimentContext): Promise<ResultTable> {
  const rows = scaled(ROWS, scale);
  const cells: string[][] = [];
  for (const prefixes of PREFIXES) {
    const table = fatOrders(prefixes);
    await makeTable(system.sql, table, rows);
    const prefix = 'day=$yyyy-$MM-$dd';
    const delivery = baseDelivery(system, { table, rows, prefix, eventTimeColumn: 'ordered_at' });
    const measured = await delivery.run(prefixes);
    const { objects = 0 } = measured.figures;
    cells.push([String(prefixes), ...costCells(measured), String(objects)]);
    say(`  ${cells.at(-1)?.join('  ') ?? ''}`);
  }
  return {
    title: `A base of ${rows.toLocaleString('en')} rows of 1,000 bytes over more open prefixes`,
    columns: [right('prefixes'), ...COST_COLUMNS, right('objects')],
    rows: cells,
  };
}
