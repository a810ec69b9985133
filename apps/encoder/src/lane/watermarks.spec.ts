import { describe, expect, test } from '@jest/globals';
import { formatLsn } from '@lakeferry/contracts';
import { decideMark } from './decide-mark.js';
import { nextMarkAtMs, nextStepAtMs } from './decide-wake.js';
import { newLane } from './lane-state.js';
import { newerThan, rememberWatermark, WATERMARKS_MAX, type SeenWatermark } from './watermarks.js';

const seen = (n: number): SeenWatermark => ({
  offset: BigInt(n),
  lsn: formatLsn(BigInt(n)),
  at: `${n}`,
});

describe('watermarks', () => {
  test('are bounded, stay in order, and never lose the newest', () => {
    let all: readonly SeenWatermark[] = [];
    for (let n = 1; n <= 5000; n++) {
      all = rememberWatermark(all, seen(n));
      expect(all.length).toBeLessThanOrEqual(WATERMARKS_MAX);
      expect(all.at(-1)).toEqual(seen(n));
    }
    expect(all).toEqual([...all].sort((a, b) => Number(a.offset - b.offset)));
    expect(all.length).toBeGreaterThan(WATERMARKS_MAX / 4);
  });

  test('count only when they say more than the mark', () => {
    const mark = { lsn: '0/2', at: '2' };
    expect(newerThan([seen(1), seen(2), seen(3)], mark)).toEqual([seen(3)]);
    expect(newerThan([seen(1)], null)).toEqual([seen(1)]);
  });
});

describe('decideMark', () => {
  const state = { ...newLane('rows', 1), watermarks: [seen(3), seen(5)] };

  test.each([
    ['no watermark is covered yet', 3n, null],
    ['the first is covered', 4n, '0/3'],
    ['the second is not: it lies at the next offset', 5n, '0/3'],
    ['both are covered', 6n, '0/5'],
  ])('%s', (_, position, lsn) => {
    expect(decideMark({ ...state, position })?.lsn ?? null).toBe(lsn);
  });

  test('says nothing twice, and nothing while the base is read', () => {
    expect(decideMark({ ...state, position: 9n, mark: { lsn: '0/5', at: '5' } })).toBeNull();
    expect(decideMark({ ...state, position: 9n, posture: 'barrier' })).toBeNull();
  });
});

describe('what time alone asks for', () => {
  const limits = { fileBytesTarget: 1, fileAgeMsMax: 500, openPrefixesMax: 1 };
  const idle = { ...newLane('rows', 1), position: 9n };
  const marked = { ...idle, watermarks: [seen(3)] };

  test('nothing, while no file is open and no watermark is new', () => {
    expect(nextStepAtMs(idle, limits, 0)).toBeNull();
  });

  test('a mark, once a second', () => {
    expect(nextMarkAtMs(marked, 70)).toBe(1070);
    expect(nextStepAtMs(marked, limits, 70)).toBe(1070);
  });
});
