import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableInsertLsn, formatLsn, lsnOf, parseLsn } from './lsn.js';

const GEOMETRY = { walBlockBytes: 8192, walSegmentBytes: 16 * 1024 * 1024 };

describe('Lsn', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        expect(parseLsn(formatLsn(lsnOf(value)))).toBe(value);
      }),
    );
    expect(formatLsn(lsnOf(0x1a2b3c8n))).toBe('0/1A2B3C8');
    expect(formatLsn(lsnOf(0x16_b374d848n))).toBe('16/B374D848');
    expect(parseLsn('16/b374d848')).toBe(0x16_b374d848n);
  });

  it.each(['', '0', '0/', '/0', '0/123456789', 'x/1', '0/1 '])('refuses %j', (text) => {
    expect(() => parseLsn(text)).toThrow('not a log position');
  });
});

describe('comparableInsertLsn', () => {
  it.each([
    ['0/2002018', '0/2002000', 'behind the header of a page: the boundary'],
    ['0/2000028', '0/2000000', 'behind the header of a segment: the boundary'],
    ['0/2002028', '0/2002028', '40 bytes into an ordinary page: a position of its own'],
    ['0/2002000', '0/2002000', 'a boundary stays'],
    ['0/2002020', '0/2002020', 'inside a page'],
  ])('%s is %s (%s)', (given, expected) => {
    expect(formatLsn(comparableInsertLsn(parseLsn(given), GEOMETRY))).toBe(expected);
  });
});
