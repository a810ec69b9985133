import type { BenchResult } from '../bench-result.js';

const run = (seconds: number, cpuSeconds: Record<string, number>) => ({
  ...{ rows: 1_000_000, seconds, cpuSeconds, rssPeakMiB: { changefeed: 150.4, encoder: 300 } },
  figures: { objects: 4 },
});

/** With one of everything that a result can have. */
export const RESULT: BenchResult = {
  experiment: 'base',
  title: 'Base scan',
  command: 'npm run bench -- base',
  commit: '0a1b2c3',
  at: '2026-05-04T03:02:01.000Z',
  machine: { cpus: 2, model: 'A processor', memoryGiB: 15.6, node: '24.21.0', os: 'Linux 6.1' },
  settings: { rows: 1_000_000, 'file target': '64 MiB' },
  series: [
    {
      contestant: 'Lakeferry',
      runs: [run(4, { changefeed: 1, encoder: 2 }), run(5, { changefeed: 1.5, encoder: 2.5 })],
    },
    {
      contestant: 'Lakeferry again',
      runs: [run(4, { changefeed: 1, encoder: 2 }), run(4, { changefeed: 1, encoder: 2 })],
    },
    {
      contestant: 'COPY',
      runs: [
        { ...run(1, { postgres: 0.5 }), rssPeakMiB: {} },
        { ...run(2, { postgres: 0.5 }), rssPeakMiB: {} },
      ],
    },
  ],
  ratios: [
    { numerator: 'Lakeferry', denominator: 'COPY', of: 'rowsPerSecond', least: 1 / 6, aim: 1 / 2 },
    {
      ...{ numerator: 'COPY', denominator: 'Lakeferry', of: 'cpuPerMillion', least: 0.5 },
      processes: { denominator: ['encoder'] },
      note: 'without what reads',
    },
  ],
  noise: { contestant: 'Lakeferry', again: 'Lakeferry again' },
  tables: [
    {
      title: 'Volume',
      columns: [
        { name: 'contestant', align: 'left' },
        { name: 'bytes | row', align: 'right' },
      ],
      rows: [['Lakeferry', '56.9']],
      note: 'Compressed.',
    },
  ],
  charts: [
    {
      ...{ kind: 'bars', title: 'Rows per second', unit: 'rows/s' },
      categories: [{ name: 'Lakeferry', value: 225_000, least: 200_000, most: 250_000 }],
    },
  ],
};
