import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lsnOf } from './lsn.js';
import {
  judgeRowAge,
  mayBeAmbiguous,
  nearestXid,
  normaliseSnapshot,
  snapshotBounds,
} from './snapshot-xid.js';

const EPOCH = 2n ** 32n;

describe('nearestXid', () => {
  it('finds the id again from its low bits, up to half an epoch away', () => {
    const near = fc.bigInt(EPOCH, 100n * EPOCH);
    const away = fc.bigInt(-(EPOCH / 2n) + 1n, EPOCH / 2n - 1n);
    fc.assert(
      fc.property(near, away, (center, distance) => {
        const xid = center + distance;
        expect(nearestXid(xid % EPOCH, center)).toBe(xid);
      }),
    );
  });

  it.each([
    [5n, 3n * EPOCH + 10n, 3n * EPOCH + 5n],
    [4294967290n, 3n * EPOCH + 10n, 3n * EPOCH - 6n],
    [5n, 3n * EPOCH - 10n, 3n * EPOCH + 5n],
  ])('%s near %s', (low, near, expected) => {
    expect(nearestXid(low, near)).toBe(expected);
  });
});

describe('rows between the snapshot and now', () => {
  it('are ambiguous only behind a wraparound', () => {
    expect(mayBeAmbiguous(EPOCH - 1n)).toBe(false);
    expect(mayBeAmbiguous(EPOCH)).toBe(true);
  });

  it.each([
    [false, 200n, 'by id'],
    [false, 50n, 'by id'],
    [true, 99n, 'visible'],
    [true, 100n, 'ambiguous'],
    [true, 200n, 'ambiguous'],
  ])('frozen %s on a page of %s: %s', (frozen, pageLsn, expected) => {
    expect(judgeRowAge({ frozen, pageLsn: lsnOf(pageLsn) }, lsnOf(100n))).toBe(expected);
  });
});

describe('snapshotBounds', () => {
  it('reads both forms', () => {
    expect(snapshotBounds('10:20:10,14')).toEqual({ xmin: 10n, xmax: 20n });
    expect(snapshotBounds('10:10:')).toEqual({ xmin: 10n, xmax: 10n });
    expect(() => snapshotBounds('10')).toThrow('unknown form');
  });
});

describe('normaliseSnapshot', () => {
  it.each([
    ['10:20:10,14', '10:20:10,14'],
    ['10:10:', '10:10:'],
    ['7110:7108:', '7110:7110:'],
  ])('%s is %s', (given, expected) => {
    expect(normaliseSnapshot(given)).toBe(expected);
  });
});
