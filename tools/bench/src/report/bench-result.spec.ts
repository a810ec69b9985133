import { describe, expect, it } from '@jest/globals';
import { parseBenchResult } from './bench-result.js';
import { RESULT } from './testing/example-result.js';

const [series] = RESULT.series;
const [run] = series?.runs ?? [];

describe('a result', () => {
  it('is what it was after it was written and read', () => {
    expect(parseBenchResult(JSON.parse(JSON.stringify(RESULT)))).toEqual(RESULT);
  });

  it.each([
    ['of an unknown experiment', { experiment: 'speed' }, /at experiment/],
    ['without a command', { command: '' }, /at command/],
    ['with a commit that is none', { commit: 'HEAD' }, /at commit/],
    ['with a date that is none', { at: 'yesterday' }, /at at/],
    ['with something that it has no place for', { more: 1 }, /more/],
    ['with a series of no run', { series: [{ ...series, runs: [] }] }, /at series\[0\]\.runs/],
    [
      'with a rate of nothing',
      { series: [{ ...series, runs: [{ ...run, seconds: 0 }] }] },
      /runs\[0\]\.seconds/,
    ],
    [
      'with two series of one name',
      { series: [...RESULT.series, series] },
      /two series are of Lake/,
    ],
    [
      'with a ratio of somebody who did not run',
      { ratios: [{ numerator: 'Lakeferry', denominator: 'Flink', of: 'rowsPerSecond' }] },
      /there is no series of Flink/,
    ],
    [
      'with CPU of a process that did not run',
      {
        ratios: [
          {
            ...{ numerator: 'Lakeferry', denominator: 'COPY', of: 'cpuPerMillion' },
            processes: { numerator: ['flink'] },
          },
        ],
      },
      /no run of Lakeferry tells of flink/,
    ],
    [
      'with noise of somebody who did not run',
      { noise: { contestant: 'Lakeferry', again: 'Lakeferry twice' } },
      /there is no series of Lakeferry twice/,
    ],
    [
      'with a row that is too short',
      { tables: [{ title: 'T', columns: [{ name: 'a', align: 'left' }], rows: [[]] }] },
      /as many cells/,
    ],
    ['with a chart that is none', { charts: [{ kind: 'pie' }] }, /at charts\[0\]/],
  ])('%s is none', (_name, more, reason) => {
    expect(() => parseBenchResult({ ...RESULT, ...more })).toThrow(reason);
  });
});
