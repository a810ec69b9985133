import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { watchWallClock } from './wall-clock-watch.js';

const HOUR = 3_600_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Sets the wall clock alone; fake timers move `performance` with what has passed only. */
function setWallClock(byMs: number): void {
  jest.setSystemTime(Date.now() + byMs);
}

describe('watchWallClock', () => {
  test.each([
    { what: 'time that passes', steps: [], told: 0 },
    { what: 'a step of an hour back', steps: [-HOUR], told: 1 },
    { what: 'a step ahead', steps: [HOUR], told: 0 },
    { what: 'a step ahead that is taken back', steps: [HOUR, -HOUR], told: 1 },
    { what: 'a clock that is slewed', steps: [-200, -200], told: 0 },
    { what: 'two steps back, told once', steps: [-HOUR, -HOUR], told: 1 },
  ])('$what', ({ steps, told }) => {
    const onSetBack = jest.fn();
    const stop = watchWallClock(onSetBack);
    jest.advanceTimersByTime(5_000);
    for (const step of steps) {
      setWallClock(step);
      jest.advanceTimersByTime(5_000);
    }
    expect(onSetBack).toHaveBeenCalledTimes(told);
    stop();
  });

  test('tells nothing when it has ended', () => {
    const onSetBack = jest.fn();
    watchWallClock(onSetBack)();
    setWallClock(-HOUR);
    jest.advanceTimersByTime(5_000);
    expect(onSetBack).not.toHaveBeenCalled();
  });
});
