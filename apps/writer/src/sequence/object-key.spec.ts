import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKeyOfLane, keyPrefix, objectKey, sequenceOf, type ObjectName } from './object-key.js';

const segment = fc.stringMatching(/^[a-z_0-9=]{1,6}$/);
const name: fc.Arbitrary<ObjectName> = fc.record({
  prefix: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  taskName: fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,5}[a-z0-9]$/),
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
