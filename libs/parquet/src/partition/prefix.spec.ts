import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeliveryError } from '@lakeferry/errors';
import { compilePrefix, PrefixRenderer } from './prefix.js';

const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('compilePrefix', () => {
  test.each([
    ['orders/year=$yyyy/month=$MM', 'UTC', '2026-11-20T10:05:00Z', 'orders/year=2026/month=11'],
    ['$yyyy$MM$dd$HH$mm', 'UTC', '2026-01-02T03:04:59Z', '202601020304'],
    ['$mm/$yyyy/$yyyy-$dd', 'UTC', '2024-02-29T23:59:59Z', '59/2024/2024-29'],
    ['fixed', 'UTC', '2026-01-02T03:04:59Z', 'fixed'],
    ['$yyyy-$MM-$dd $HH', 'Asia/Kolkata', '2026-12-31T18:30:00Z', '2027-01-01 00'],
    ['$yyyy-$MM-$dd $HH:$mm', 'Asia/Kathmandu', '2026-12-31T18:14:59Z', '2026-12-31 23:59'],
    ['$yyyy-$MM-$dd', 'America/New_York', '2026-03-01T04:59:59Z', '2026-02-28'],
    ['$yyyy', 'UTC', '0001-01-01T00:00:00Z', '0001'],
    ['$yyyy-$MM-$dd', 'UTC', '1969-12-31T23:59:59Z', '1969-12-31'],
  ])('%s in %s at %s is %s', (template, zone, at, expected) => {
    expect(compilePrefix(template, zone)(seconds(at))).toBe(expected);
  });

  // The destination prefixes of the product page, at its time.
  test.each([
    ['myPrefix', 'myPrefix'],
    ['myPrefix/$yyyy/$MM/$dd/$HH/$mm', 'myPrefix/2020/08/31/16/03'],
    ['myPrefix/year=$yyyy/month=$MM/day=$dd', 'myPrefix/year=2020/month=08/day=31'],
    ['ds=$yyyy$MM$dd', 'ds=20200831'],
  ])('%s on the product page is %s', (template, expected) => {
    expect(compilePrefix(template, 'UTC')(seconds('2020-08-31T16:03:00Z'))).toBe(expected);
  });

  // Spring forward and fall back, to the second; Lord Howe changes by half an hour.
  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '29T01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '29T03:00'],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', '25T02:59'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '25T02:00'],
    ['America/New_York', '2026-11-01T05:59:59Z', '01T01:59'],
    ['America/New_York', '2026-11-01T06:00:00Z', '01T01:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '05T01:59'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '05T01:30'],
  ])('%s at %s reads %s', (zone, at, expected) => {
    expect(compilePrefix('$ddT$HH:$mm', zone)(seconds(at))).toBe(expected);
  });

  it('agrees with the formatter of the platform at any second', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Africa/Monrovia', 'Asia/Tokyo'];
    const instant = fc.integer({ min: -4_000_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, at) => {
        const parts = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'short',
        }).format(at * 1000);
        expect(compilePrefix('$yyyy-$MM-$dd $HH:$mm', zone)(at)).toBe(parts);
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on what was rendered before', () => {
    const used = compilePrefix('$yyyy/$MM/$dd/$HH/$mm', 'Europe/Berlin');
    const instants = fc.array(fc.integer({ min: 1_774_746_000 - 9000, max: 1_774_746_000 + 9000 }));
    fc.assert(
      fc.property(instants, (list) => {
        for (const at of list) {
          const fresh = compilePrefix('$yyyy/$MM/$dd/$HH/$mm', 'Europe/Berlin');
          expect(used(at)).toBe(fresh(at));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('renders wall-clock readings as they are', () => {
    const renderer = new PrefixRenderer('$yyyy-$MM-$dd', 'America/Los_Angeles');
    expect(renderer.atLocal(seconds('2001-01-01T00:00:00Z'))).toBe('2001-01-01');
  });

  test.each([
    ['$YYYY', 'UTC'],
    ['a//b', 'UTC'],
    ['orders', 'Mars/Olympus'],
  ])('refuses %s in %s', (template, zone) => {
    try {
      compilePrefix(template, zone);
      throw new Error('was not refused');
    } catch (error) {
      expect(isDeliveryError(error) && error.code).toBe('INVALID_ARGUMENT');
    }
  });
});
