import { right } from '../report/columns.js';
import { SERVICE_NAMES } from '@lakeferry/stack';
import type { ResultTable } from '../report/bench-result.js';
import { exactNumber, figure } from '../report/figures.js';
import type { Measured } from '../series/measured.js';
import { cpuPerMillion, rowsPerSecond } from '../series/rates.js';

const SERVICES_OF_ROWS = ['changefeed', 'encoder', 'writer'] as const;

/** What `costCells` fills. */
export const COST_COLUMNS: ResultTable['columns'][number][] = [
  ...['rows/s', 'CPU s per million rows, services'],
  ...SERVICES_OF_ROWS.map((service) => `peak memory of ${service}, MiB`),
].map(right);

/** Rate, CPU of our services and the memory of those that rows pass through. Pure. */
export function costCells(measured: Measured): string[] {
  const memory = SERVICES_OF_ROWS.map((name) => measured.rssPeakMiB[name] ?? 0);
  return [
    figure(rowsPerSecond(measured)),
    figure(cpuPerMillion(measured, SERVICE_NAMES) ?? 0),
    ...memory.map((each) => exactNumber(Math.round(each))),
  ];
}
