import { describe, expect, it } from '@jest/globals';
import { laneOf } from './lane.js';

const lane = (text: string, lanes: number): number => {
  const bytes = Buffer.from(`..${text}..`);
  return laneOf(bytes, 2, bytes.length - 2, lanes);
};

describe('laneOf', () => {
  it('never changes: where data lies depends on it', () => {
    const keys = ['{"id":1}', '{"id":2}', '{"id":3}', '["0/1A2B300",0]', '{"a":"ü","b":null}'];
    expect(keys.map((key) => lane(key, 4))).toEqual([0, 3, 0, 0, 2]);
    expect(keys.map((key) => lane(key, 1))).toEqual([0, 0, 0, 0, 0]);
  });

  it.each([
    ['ascending numbers', (i: number) => `{"id":${i}}`],
    ['multiples of four', (i: number) => `{"id":${i * 4}}`],
    ['positions', (i: number) => `["0/${(i * 64).toString(16).toUpperCase()}",0]`],
  ])('spreads %s evenly', (_, key) => {
    for (const lanes of [2, 3, 4]) {
      const counts = new Array<number>(lanes).fill(0);
      for (let i = 0; i < 12_000; i += 1) {
        const found = lane(key(i), lanes);
        counts[found] = (counts[found] ?? 0) + 1;
      }
      for (const count of counts) expect(Math.abs(count * lanes - 12_000)).toBeLessThan(900);
    }
  });
});
