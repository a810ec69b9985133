import { describe, expect, it } from '@jest/globals';
import { decideBucket, isOlder, type BucketVerdict, type OlderObjects } from './decide-bucket.js';

const FIRST = new Date('2026-11-20T10:00:00.123Z');
const SECOND = new Date('2026-11-21T10:00:00.456Z');

describe('decideBucket', () => {
  it.each<[string, Date | null, boolean, Date | undefined, OlderObjects, BucketVerdict]>([
    ['first look', null, false, FIRST, 'none delivered', 'found'],
    ['first look of a store that tells no date', null, false, undefined, 'there', 'same'],
    ['same date', FIRST, false, FIRST, 'gone', 'same'],
    ['date not told this time', FIRST, false, undefined, 'gone', 'same'],
    ['other date', FIRST, false, SECOND, 'gone', 'recreated'],
    ['other date, objects are older', FIRST, false, SECOND, 'there', 'found'],
    ['other date, nothing was delivered', FIRST, false, SECOND, 'none delivered', 'found'],
    ['was away, same date', FIRST, true, FIRST, 'there', 'found'],
    ['was away, same date, and is empty', FIRST, true, FIRST, 'gone', 'found'],
    ['was away, other date', FIRST, true, SECOND, 'gone', 'recreated'],
    ['was away, other date, objects are older', FIRST, true, SECOND, 'there', 'found'],
    ['was away, a date for the first time', null, true, FIRST, 'gone', 'recreated'],
    ['was away, date not told this time', FIRST, true, undefined, 'gone', 'recreated'],
    ['was away, no date', null, true, undefined, 'gone', 'recreated'],
    ['was away, no date, objects are there', null, true, undefined, 'there', 'found'],
    ['was never there before', null, true, FIRST, 'none delivered', 'found'],
  ])('%s', (_name, createdAt, missing, seen, older, expected) => {
    expect(decideBucket({ createdAt, missing }, seen, older)).toBe(expected);
  });
});

describe('isOlder', () => {
  it.each([
    ['2026-11-21T10:00:00.000Z', false],
    ['2026-11-21T09:59:59.000Z', true],
    ['2026-11-21T10:00:01.000Z', false],
    [undefined, true],
  ])('an object of %s: %p', (at, expected) => {
    expect(isOlder(at === undefined ? undefined : new Date(at), SECOND)).toBe(expected);
    expect(isOlder(new Date(0), undefined)).toBe(true);
  });
});
