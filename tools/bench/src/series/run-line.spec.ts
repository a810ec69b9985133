import { expect, it } from '@jest/globals';
import type { Measured } from './measured.js';
import { runLine } from './run-line.js';

const measured = (rows: number, seconds: number): Measured => ({
  ...{ rows, seconds, cpuSeconds: { encoder: 3, writer: 1.5 }, rssPeakMiB: {}, figures: {} },
});

it('lines of runs stand under each other', () => {
  const lines = [
    runLine({ contestant: 'COPY', round: 0, measured: measured(2_000_000, 1.5) }, 9),
    runLine({ contestant: 'Lakeferry', round: 12, measured: measured(500_000, 100) }, 9),
    runLine({ contestant: 'idle', round: 1, measured: measured(0, 30) }, 9),
  ];
  expect(lines).toEqual([
    'COPY       warm-up     2,000,000 rows       1.50 s  1,333,333 rows/s      2.25 CPU s per M rows',
    'Lakeferry  round 12      500,000 rows     100.00 s      5,000 rows/s      9.00 CPU s per M rows',
    'idle       round 1             0 rows      30.00 s          0 rows/s         – CPU s per M rows',
  ]);
});
