import { expect, it } from '@jest/globals';
import { medianOf, spreadOf } from './spread.js';

it.each([
  [[7], 7],
  [[3, 1, 2], 2],
  [[10, 9, 100, 1], 9.5],
])('the median of %j', (values, median) => {
  expect(medianOf(values)).toBe(median);
  expect(spreadOf(values)).toEqual({
    ...{ median, least: Math.min(...values), most: Math.max(...values) },
  });
});

it('there is none of nothing', () => {
  expect(() => medianOf([])).toThrow('no median');
});
