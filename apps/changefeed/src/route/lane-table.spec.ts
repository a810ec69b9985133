import { describe, expect, it } from '@jest/globals';
import type { SourceRoute } from '@lakeferry/contracts';
import { laneCountAt, widestLaneCount, withLaneCount } from './lane-table.js';

const LANES = [
  { from: '0/0', count: 1 },
  { from: '0/100', count: 4 },
  { from: '1/0', count: 2 },
];

function route(change: Partial<SourceRoute> = {}): SourceRoute {
  return { lanes: [{ from: '0/0', count: 1 }], ...change } as SourceRoute;
}

describe('laneCountAt', () => {
  it.each([
    [0n, 1],
    [0xffn, 1],
    [0x100n, 4],
    [0xffff_ffffn, 4],
    [0x1_0000_0000n, 2],
  ])('at commit LSN %s it is %s', (commitLsn, count) => {
    expect(laneCountAt(LANES, commitLsn)).toBe(count);
  });

  it('sends control records to as many lanes as ever held rows', () => {
    expect(widestLaneCount({ lanes: LANES })).toBe(4);
  });
});

describe('withLaneCount', () => {
  const at = '2026-01-01T00:00:00.000Z';

  it('holds from a commit LSN on', () => {
    const { lanes } = withLaneCount(route(), { count: 3, from: 0x200n, at, passed: 0n });
    expect([0x1ffn, 0x200n].map((lsn) => laneCountAt(lanes, lsn))).toEqual([1, 3]);
  });

  it('names lanes that were never there before, and those only', () => {
    let now = withLaneCount(route(), { count: 2, from: 0x200n, at, passed: 0n });
    expect(now.openings).toEqual([{ opened: 2, lsn: '0/200', at }]);
    now = withLaneCount(now, { count: 1, from: 0x300n, at, passed: 0n });
    now = withLaneCount(now, { count: 2, from: 0x400n, at, passed: 0n });
    expect(now.openings).toHaveLength(1);
    now = withLaneCount(now, { count: 4, from: 0x500n, at: null, passed: 0n });
    expect(now.openings?.[1]).toEqual({ opened: 4, lsn: '0/500', at: null });
  });

  it('forgets counts that no transaction to come can need', () => {
    const grown = withLaneCount(route(), { count: 4, from: 0x200n, at, passed: 0n });
    const still = withLaneCount(grown, { count: 1, from: 0x300n, at, passed: 0x1ffn });
    expect(still.lanes.map(({ count }) => count)).toEqual([1, 4, 1]);
    const later = withLaneCount(still, { count: 2, from: 0x500n, at, passed: 0x400n });
    expect(later.lanes.map(({ count }) => count)).toEqual([1, 2]);
    expect(widestLaneCount(later)).toBe(4);
  });
});
