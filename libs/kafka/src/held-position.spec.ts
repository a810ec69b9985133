import { expect, test } from '@jest/globals';
import { decideHeld } from './held-position.js';

test.each([
  [5n, { low: 0n, high: 9n }, 'held'],
  [0n, { low: 0n, high: 0n }, 'held'],
  [9n, { low: 0n, high: 9n }, 'held'],
  [4n, { low: 4n, high: 9n }, 'held'],
  [3n, { low: 4n, high: 9n }, 'gone'],
  [10n, { low: 0n, high: 9n }, 'ahead'],
  [0n, undefined, 'ahead'],
] as const)('offset %s of %o is %s', (offset, held, verdict) => {
  expect(decideHeld(offset, held)).toBe(verdict);
});
