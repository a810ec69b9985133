import { expect, test } from '@jest/globals';
import type { Series } from '../series/measured.js';
import { costTable, rateChart, ratioLines, volumeTable } from './rate-report.js';

const run = (seconds: number, figures: Record<string, number> = {}) => ({
  ...{ rows: 1_000, seconds, figures },
  cpuSeconds: { encoder: seconds / 100, task: 0 },
  rssPeakMiB: { encoder: 300 * seconds, task: 90 },
});
const SERIES: Series[] = [
  { contestant: 'ours', runs: [run(1, { kafkaBytes: 40_000, objects: 3 }), run(2)] },
  { contestant: 'theirs', runs: [run(4), run(8)] },
];

test('what a million rows cost each process that did anything', () => {
  expect(costTable(SERIES).rows).toEqual([
    ['ours', 'encoder', '15', '600'],
    ['theirs', 'encoder', '60', '2,400'],
  ]);
});

test('the volume of those that tell of it', () => {
  expect(volumeTable(SERIES).rows).toEqual([['ours', '40', '', '3']]);
});

test('a bar for each contestant, with the range of its runs', () => {
  expect(rateChart('rates', SERIES).categories).toEqual([
    { name: 'ours', value: 750, least: 500, most: 1_000 },
    { name: 'theirs', value: 187.5, least: 125, most: 250 },
  ]);
});

test('a comparison with what it has to reach', () => {
  const ratio = { numerator: 'ours', denominator: 'theirs', of: 'rowsPerSecond' as const };
  expect(ratioLines({ series: SERIES, ratios: [{ ...ratio, least: 3 }, ratio] })).toEqual([
    '  rows/s, ours : theirs = 4 : 1 (4 – 4 : 1); at least 3 : 1',
    '  rows/s, ours : theirs = 4 : 1 (4 – 4 : 1)',
  ]);
});
