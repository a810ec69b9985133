import { describe, expect, it } from '@jest/globals';
import { exactNumber, figure, percent, ratioRange, ratioText, tick } from './figures.js';

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.012345, '0.0123'],
    [9.996, '10'],
    [412_345, '412,000'],
  ])('%d has three digits', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it.each([
    [2_000_000, '2,000,000'],
    [0.25, '0.25'],
  ])('%d is exact', (value, text) => {
    expect(exactNumber(value)).toBe(text);
  });

  it.each([
    [0, '0'],
    [2000, '2,000'],
    [20_000, '20 k'],
    [1_200_000, '1.2 M'],
    [2_500_000_000, '2.5 G'],
  ])('%d at an axis', (value, text) => {
    expect(tick(value)).toBe(text);
  });

  it('shares are in percent', () => {
    expect(percent(0.0123)).toBe('1.2 %');
  });
});

describe('ratios', () => {
  it.each([
    [3.204, 3, 3.5, '3.2 : 1', '3 – 3.5 : 1'],
    [1, 0.9, 1.1, '1 : 1', '0.9 – 1.1 : 1'],
    [1 / 6, 1 / 8, 1 / 5, '1 : 6', '1 : 8 – 5'],
    [0.5, 0, 1, '1 : 2', '0 – 1 : 1'],
    [0, 0, 0, '0 : 1', '0 – 0 : 1'],
  ])('%d', (median, least, most, text, range) => {
    expect(ratioText(median)).toBe(text);
    expect(ratioRange({ median, least, most })).toBe(range);
  });
});
