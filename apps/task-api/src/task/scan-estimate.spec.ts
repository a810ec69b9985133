import { describe, expect, it } from '@jest/globals';
import { scanEndsAt } from './scan-estimate.js';

const at = '2026-11-20T10:00:00.000Z';
const NOW = Date.parse('2026-11-20T10:01:00.000Z');

describe('the end of a base scan', () => {
  it.each([
    ['at its pace so far', 250, 0, '2026-11-20T10:04:00.000Z'],
    ['at the pace since it was taken up again', 700, 500, '2026-11-20T10:02:30.000Z'],
    ['at once when all is read', 1000, 0, '2026-11-20T10:01:00.000Z'],
    ['unknown before anything was read', 0, 0, null],
    ['unknown from too few pages', 509, 500, null],
  ])('is %s', (_what, pagesDone, already, expected) => {
    const from = { at, pagesDone: already };
    const scan = { state: 'running', pagesTotal: 1000, pagesDone, from } as const;
    expect(scanEndsAt(scan, NOW)).toBe(expected);
  });

  it('is past once it is done, and unknown from those that do not say since when', () => {
    const pages = { pagesTotal: 10, pagesDone: 5 };
    expect(scanEndsAt({ state: 'done', ...pages, from: { at, pagesDone: 0 } }, NOW)).toBeNull();
    expect(scanEndsAt({ state: 'running', ...pages }, NOW)).toBeNull();
  });
});
