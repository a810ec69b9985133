import { describe, expect, it } from '@jest/globals';
import { decideLanes, type LaneDemand, type LaneLimits } from './decide-lanes.js';

const LIMITS: LaneLimits = {
  rowsPerSecond: 1000,
  bytesPerSecond: 1_000_000,
  growMs: 3000,
  shrinkMs: 5000,
};

/** Lane counts, second by second, for rows per second (and bytes per row). */
function lanesFor(
  rates: readonly number[],
  { bytesPerRow = 1, min = 1, max = 4, start = 1 } = {},
): number[] {
  let count = start;
  let rows = 0;
  let demand: LaneDemand = [{ atMs: 0, rows, bytes: 0 }];
  return rates.map((rate, index) => {
    rows += rate;
    const sample = { atMs: (index + 1) * 1000, rows, bytes: rows * bytesPerRow };
    const decided = decideLanes(demand, sample, { count, min, max, limits: LIMITS });
    ({ count, demand } = decided);
    return count;
  });
}

describe('the lane count', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['stays while one lane carries the rate', [1000, 1000, 1000, 1000], [1, 1, 1, 1]],
    ['grows to what a rate needs that lasts', [2500, 2500, 2500, 2500], [1, 1, 3, 3]],
    ['grows by what the rate is on the whole', [3500, 1500, 700], [1, 1, 2]],
    ['does not follow a peak that is short', [0, 0, 2500, 0, 0, 0], [1, 1, 1, 1, 1, 1]],
    ['never grows beyond the most', [99_000, 99_000, 99_000], [1, 1, 4]],
    [
      'grows again only after the same time',
      [1500, 1500, 1500, 3500, 3500, 3500],
      [1, 1, 2, 2, 2, 4],
    ],
  ])('%s', (_name, rates, lanes) => {
    expect(lanesFor(rates)).toEqual(lanes);
  });

  it('counts bytes as well as rows', () => {
    expect(lanesFor([100, 100, 100], { bytesPerRow: 15_000 })).toEqual([1, 1, 2]);
  });

  it('shrinks after a longer time, to what leaves room', () => {
    expect(lanesFor([1000, 1000, 1000, 1000, 1000], { start: 4 })).toEqual([4, 4, 4, 4, 2]);
    expect(lanesFor([0, 0, 0, 0, 0], { start: 4 })).toEqual([4, 4, 4, 4, 1]);
    expect(lanesFor([0, 0, 0, 0, 0], { start: 4, min: 2 })).toEqual([4, 4, 4, 4, 2]);
    expect(lanesFor([2000, 0, 0, 1000, 0], { start: 4 })).toEqual([4, 4, 4, 4, 1]);
  });

  it('keeps lanes at a rate between shrinking and growing', () => {
    expect(
      lanesFor(
        Array.from({ length: 20 }, () => 1900),
        { start: 2 },
      ).at(-1),
    ).toBe(2);
    expect(
      lanesFor(
        Array.from({ length: 20 }, () => 800),
        { start: 2 },
      ).at(-1),
    ).toBe(2);
  });

  it('remembers no more than it needs', () => {
    let demand: LaneDemand = [];
    for (let second = 0; second < 100; second += 1) {
      const sample = { atMs: second * 1000, rows: 0, bytes: 0 };
      const of = { count: 1, min: 1, max: 4, limits: LIMITS };
      ({ demand } = decideLanes(demand, sample, of));
    }
    expect(demand).toHaveLength(6);
  });
});
