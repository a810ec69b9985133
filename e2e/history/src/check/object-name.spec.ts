import { describe, expect, test } from '@jest/globals';
import { parseObjectName } from './object-name.js';

describe('parseObjectName', () => {
  test.each([
    ['a/year=2026/t_0_a_year=2026__1', { lane: 0, prefix: 'a/year=2026', sequence: 1 }],
    ['plain/t_3_plain__120', { lane: 3, prefix: 'plain', sequence: 120 }],
    ['a__1/b/t_0_a__1_b__7', { lane: 0, prefix: 'a__1/b', sequence: 7 }],
    ['a_b/c/t_1_a_b_c__2', { lane: 1, prefix: 'a_b/c', sequence: 2 }],
  ])('reads %s', (key, expected) => {
    expect(parseObjectName(key, 't')).toEqual(expected);
  });

  test.each([
    'a/other_0_a__1',
    'a/t_0_b__1',
    'a/t_0_a__0',
    'a/t_0_a__01',
    'a/t_0_a__1-5b2f',
    'a/t_x_a__1',
    'a/t_0_a',
    't_0___1',
  ])('refuses %s', (key) => {
    expect(parseObjectName(key, 't')).toBeNull();
  });
});
