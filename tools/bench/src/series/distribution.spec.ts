import { describe, expect, it } from '@jest/globals';
import { distributionOf, histogramLines } from './distribution.js';

describe('a distribution', () => {
  it('has percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(distributionOf(values)).toEqual({
      ...{ count: 100, min: 1, p50: 50, p90: 90, p99: 99, max: 100 },
    });
    expect(distributionOf([7])).toEqual({ count: 1, min: 7, p50: 7, p90: 7, p99: 7, max: 7 });
  });

  it('of nothing is an error', () => {
    expect(() => distributionOf([])).toThrow('no figure');
  });

  it('is drawn as bars', () => {
    const lines = histogramLines([0.1, 0.2, 0.9, 2], 2, 's');
    expect(lines[0]).toMatch(/0\.00 – {3}1\.00 s {2}█{40} {2}75\.0 %$/);
    expect(lines[1]).toMatch(/1\.00 – {3}2\.00 s {2}█{14} {28}25\.0 %$/);
  });
});
