import { describe, expect, it } from '@jest/globals';
import { dirtyPrefixProblems, liesInData } from './dirty-location.js';

describe('a dirty prefix that readers of the data would read', () => {
  it.each([
    ['dirty', 'orders/year=$yyyy', false],
    ['orders', 'orders/year=$yyyy', true],
    ['orders/dirty', 'orders/year=$yyyy', true],
    ['orders/year=dirty', 'orders/year=$yyyy', true],
    ['orders-dirty', 'orders/year=$yyyy', false],
    ['ordersdirty/x', 'orders', false],
    ['orders/_dirty', 'orders', true],
    ['a/dirty', 'a/b/$yyyy', false],
    ['a', 'a/b/$yyyy', false],
    ['a/b/c', 'a/b/$yyyy', true],
    ['anywhere', 'ds=$yyyy$MM$dd', true],
    ['anywhere', '$yyyy/orders', true],
  ])('%s beside %s: %p', (dirty, data, expected) => {
    expect(liesInData(dirty, data)).toBe(expected);
  });
});

describe('problems of a dirty prefix', () => {
  const of = (ossDirtyPrefix: string | undefined, ossPrefix = 'orders/year=$yyyy') =>
    dirtyPrefixProblems({ taskName: 'orders', ossPrefix, ossDirtyPrefix });

  it.each([undefined, 'dirty', 'dirty/orders', 'orders-dirty'])('%s has none', (prefix) => {
    expect(of(prefix)).toEqual([]);
  });

  it.each([
    ['', 'is empty'],
    ['/dirty', 'slash'],
    ['a//b', 'empty segment'],
    ['a/../b', '..'],
    ['dirty/$yyyy', 'time variable'],
    ['dirty/$day', 'unknown variable'],
    ['d'.repeat(600), 'bytes long'],
    ['orders/dirty', 'where readers of the data look'],
  ])('%s: %s', (prefix, problem) => {
    expect(of(prefix)).toEqual([
      {
        field: 'taskConfig.ossDirtyPrefix',
        problem: expect.stringContaining(problem),
        remedy: expect.any(String),
      },
    ]);
  });

  it('names what would be right', () => {
    expect(of('orders/dirty')[0]?.remedy).toBe('Name a folder beside it, like orders-dirty.');
    expect(of('dirty', 'ds=$yyyy')[0]?.remedy).toContain('in front of ossPrefix');
  });

  it('leaves a wrong data prefix to its own judge', () => {
    expect(of('dirty', '//')).toEqual([]);
  });
});
