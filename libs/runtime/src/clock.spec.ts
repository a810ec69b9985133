import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from './clock.js';

const HOURS = 3_600_000;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('systemClock', () => {
  test('tells the time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  });

  test.each([-5, 5])('is not moved by a wall clock that is set by %i hours', (hours) => {
    const before = systemClock.now();
    const wall = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(wall + hours * HOURS);
    const passed = systemClock.now() - before;
    expect(passed).toBeGreaterThanOrEqual(0);
    expect(passed).toBeLessThan(60_000);
  });
});
