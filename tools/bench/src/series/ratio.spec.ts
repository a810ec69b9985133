import { describe, expect, it } from '@jest/globals';
import type { Series } from './measured.js';
import { noiseOf, ratioOf } from './ratio.js';

/** Of a million rows a run. */
const series = (
  contestant: string,
  runs: readonly (readonly [seconds: number, cpuSeconds: Record<string, number>])[],
): Series => ({
  contestant,
  runs: runs.map(([seconds, cpuSeconds]) => ({
    ...{ rows: 1_000_000, seconds, cpuSeconds, rssPeakMiB: {}, figures: {} },
  })),
});

const OURS = series('Lakeferry', [
  [2, { encoder: 2, kafka: 1 }],
  [4, { encoder: 3, kafka: 1 }],
  [5, { encoder: 1, kafka: 2 }],
]);
const PEER = series('Debezium', [
  [20, { connect: 20, kafka: 4 }],
  [10, { connect: 22, kafka: 5 }],
  [16, { connect: 18, kafka: 2 }],
]);

describe('a ratio', () => {
  it('is of the medians, and ranges over the rounds', () => {
    expect(ratioOf({ numerator: OURS, denominator: PEER, of: 'rowsPerSecond' })).toEqual({
      ...{ median: 4, least: 2.5, most: 10 },
    });
    expect(ratioOf({ numerator: PEER, denominator: OURS, of: 'cpuPerMillion' })).toEqual({
      ...{ median: 8, least: 20 / 3, most: 8 },
    });
  });

  it('of CPU counts the processes that are named, on either side', () => {
    const processes = { numerator: ['connect'], denominator: ['encoder'] };
    expect(ratioOf({ numerator: PEER, denominator: OURS, of: 'cpuPerMillion', processes })).toEqual(
      { median: 10, least: 22 / 3, most: 18 },
    );
  });

  it.each([
    [
      'a process that no run has',
      { numerator: ['conect'] },
      PEER,
      'no run of Debezium tells of conect',
    ],
    [
      'series of different lengths',
      {},
      { ...PEER, runs: PEER.runs.slice(1) },
      'Debezium ran 2 times',
    ],
    [
      'runs without rows',
      {},
      { ...PEER, runs: PEER.runs.map((run) => ({ ...run, rows: 0 })) },
      'Debezium has a run without rows',
    ],
  ])('is refused of %s', (_name, processes, numerator, reason) => {
    expect(() => ratioOf({ numerator, denominator: OURS, of: 'cpuPerMillion', processes })).toThrow(
      reason,
    );
  });
});

describe('noise', () => {
  it('is the distance between the medians, and that of the worst round, either way', () => {
    const first = series('A', [
      [10, { encoder: 1 }],
      [10, { encoder: 1 }],
      [10, { encoder: 1 }],
    ]);
    const again = series('A again', [
      [12.5, { encoder: 1 }],
      [8, { encoder: 1.1 }],
      [10, { encoder: 1 }],
    ]);
    expect(noiseOf(first, again)).toEqual({
      rowsPerSecond: { ofMedians: 0, ofRounds: expect.closeTo(0.25) },
      cpuPerMillion: { ofMedians: 0, ofRounds: expect.closeTo(0.1) },
    });
  });
});
