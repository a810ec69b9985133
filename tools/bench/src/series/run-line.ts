import { cpuPerMillion, rowsPerSecond } from './rates.js';
import type { EndedRun } from './run-series.js';

/** What is said of a run; those of one series stand under each other. Pure. */
export function runLine({ contestant, round, measured }: EndedRun, nameWidth: number): string {
  const cpu = cpuPerMillion(measured);
  const cells = [
    contestant.padEnd(nameWidth),
    (round === 0 ? 'warm-up' : `round ${round}`).padEnd(8),
    `${grouped(measured.rows, 0).padStart(11)} rows`,
    `${grouped(measured.seconds, 2).padStart(9)} s`,
    `${grouped(rowsPerSecond(measured), 0).padStart(9)} rows/s`,
    `${(cpu === null ? '–' : grouped(cpu, 2)).padStart(8)} CPU s per M rows`,
  ];
  return cells.join('  ');
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
