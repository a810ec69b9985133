import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchSilence } from './silence-watch.js';

const SILENCE_MS_MAX = 25_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('says nothing while the group answers', () => {
  const onSilence = jest.fn();
  const watch = watchSilence(SILENCE_MS_MAX, onSilence);
  for (let heartbeat = 0; heartbeat < 20; heartbeat += 1) {
    jest.advanceTimersByTime(SILENCE_MS_MAX - 1_000);
    watch.heard();
  }
  expect(onSilence).not.toHaveBeenCalled();
  watch.end();
});

test('tells once when no answer comes', () => {
  const onSilence = jest.fn();
  const watch = watchSilence(SILENCE_MS_MAX, onSilence);
  jest.advanceTimersByTime(10_000);
  watch.heard();
  jest.advanceTimersByTime(SILENCE_MS_MAX);
  expect(onSilence).not.toHaveBeenCalled();
  jest.advanceTimersByTime(100_000);
  expect(onSilence).toHaveBeenCalledTimes(1);
});

test('a wall clock that jumps ahead is no silence', () => {
  const onSilence = jest.fn();
  const watch = watchSilence(SILENCE_MS_MAX, onSilence);
  jest.setSystemTime(Date.now() + 3_600_000);
  jest.advanceTimersByTime(5_000);
  expect(onSilence).not.toHaveBeenCalled();
  watch.end();
});

test('tells nothing when it has ended', () => {
  const onSilence = jest.fn();
  watchSilence(SILENCE_MS_MAX, onSilence).end();
  jest.advanceTimersByTime(100_000);
  expect(onSilence).not.toHaveBeenCalled();
});
