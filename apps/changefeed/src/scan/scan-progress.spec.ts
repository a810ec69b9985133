import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TaskPlan } from '@lakeferry/contracts';
import { advanceScan, firstScanPosition, isBehind, parseScanPosition } from './scan-progress.js';

const PLAN = { scanLanes: 3 } as TaskPlan;

describe('advanceScan', () => {
  it('stays at a chunk that is published in part and leaves it when it is whole', () => {
    const first = firstScanPosition(PLAN);
    const part = advanceScan(first, { chunk: 0, lane: 0, rows: 5, bytes: 50, within: [3, 7] });
    expect(part).toMatchObject({ chunk: 0, within: [3, 7], rows: 5, laneRows: [5, 0, 0] });
    const whole = advanceScan(part, { chunk: 0, lane: 0, rows: 2, bytes: 20, within: null });
    expect(whole).toMatchObject({ chunk: 1, within: null, rows: 7, laneRows: [7, 0, 0] });
    const next = advanceScan(whole, { chunk: 1, lane: 1, rows: 1, bytes: 10, within: null });
    expect(next).toMatchObject({ chunk: 2, rows: 8, bytes: 80, laneRows: [7, 1, 0] });
    expect(parseScanPosition(JSON.stringify(next))).toEqual(next);
  });
});

describe('isBehind', () => {
  it('splits every chunk in two at the row that was published last', () => {
    const page = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(fc.uniqueArray(page, { selector: (p) => p.join() }), fc.nat(), (pages, cut) => {
        const rows = [...pages].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const at = rows.length === 0 ? 0 : cut % rows.length;
        const within = rows[at] ?? null;
        const rest = rows.filter(([block, tuple]) => isBehind(within, block, tuple));
        expect(rest).toEqual(within === null ? rows : rows.slice(at + 1));
      }),
    );
  });

  it('takes every row of a chunk that was not begun', () => {
    expect(isBehind(null, 0, 1)).toBe(true);
  });
});
