import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKeyOfLane, keyPrefix, objectKey, sequenceOf, type ObjectName } from './object-key.js';

const segment = fc.stringMatching(/^[a-z_0-9=]{1,6}$/);
const name: fc.Arbitrary<ObjectName> = fc.record({
  prefix: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  taskName: fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,5}[a-z0-9]$/),
    // As the rule for the vendor's samples allows it, with the parts of a key in it.
    fc.stringMatching(/^[a0][a01_-]{1,8}[a0]$/),
  ),
  lane: fc.integer({ min: 0, max: 12 }),
  sequence: fc.integer({ min: 1, max: 120 }),
});

describe('objectKey', () => {
  it('is of the documented form', () => {
    const prefix = 'prefix/with/year=2026/month=11';
    expect(objectKey({ prefix, taskName: 'orders', lane: 2, sequence: 17 })).toBe(
      'prefix/with/year=2026/month=11/orders_2_prefix_with_year=2026_month=11__17',
    );
  });

  // The table of the product page. Two of its four rows contradict the form that the page gives: one is cut
  // off behind the month, one starts at 0 where all others start at 1. They are read by the form.
  it.each([
    ['testTask', 'myPrefix', 'myPrefix/testTask_0_myPrefix__1'],
    [
      'testTaskTimeParitioned',
      'myPrefix/2020/08/31/16/03',
      'myPrefix/2020/08/31/16/03/testTaskTimeParitioned_0_myPrefix_2020_08_31_16_03__1',
    ],
    [
      'testTaskTimeParitionedHiveNamingStyle',
      'myPrefix/year=2020/month=08/day=31',
      'myPrefix/year=2020/month=08/day=31/' +
        'testTaskTimeParitionedHiveNamingStyle_0_myPrefix_year=2020_month=08_day=31__1',
    ],
    ['testTaskDs', 'ds=20200831', 'ds=20200831/testTaskDs_0_ds=20200831__1'],
  ])('of %s is that of the product page', (taskName, prefix, key) => {
    expect(objectKey({ prefix, taskName, lane: 0, sequence: 1 })).toBe(key);
  });

  it('is injective', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const same =
          a.prefix === b.prefix &&
          a.taskName === b.taskName &&
          a.lane === b.lane &&
          a.sequence === b.sequence;
        expect(objectKey(a) === objectKey(b)).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives its sequence back under its own key prefix, and under no other one', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(sequenceOf(objectKey(a), keyPrefix(a))).toBe(a.sequence);
        expect(isKeyOfLane(objectKey(a), a.taskName, a.lane)).toBe(true);
        if (keyPrefix(a) !== keyPrefix(b)) {
          expect(sequenceOf(objectKey(a), keyPrefix(b))).toBeUndefined();
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('sequenceOf', () => {
  it.each([
    ['p/t_0_p__1', 1],
    ['p/t_0_p__10', 10],
    ['p/t_0_p__', undefined],
    ['p/t_0_p__01', undefined],
    ['p/t_0_p__1.tmp', undefined],
    ['p/t_0_p__0', undefined],
    ['p/t_1_p__1', undefined],
  ])('%s', (key, expected) => {
    expect(sequenceOf(key, 'p/t_0_p__')).toBe(expected);
  });
});

describe('isKeyOfLane', () => {
  it.each([
    ['a/b/t_0_a_b__3', true],
    ['a/b/t_1_a_b__3', false],
    ['a/b/u_0_a_b__3', false],
    ['a/b/t_0_a__3', false],
    ['t_0___3', false],
    ['elsewhere/file.parquet', false],
  ])('%s: %p', (key, expected) => {
    expect(isKeyOfLane(key, 't', 0)).toBe(expected);
  });
});
