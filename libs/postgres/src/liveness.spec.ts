import { describe, expect, it } from '@jest/globals';
import { judgeSilence, livenessTimings } from './liveness.js';

describe('livenessTimings', () => {
  it.each([
    [60_000, { statusIntervalMs: 10_000, probeAfterMs: 30_000, deadAfterMs: 75_000 }],
    [4_000, { statusIntervalMs: 1_000, probeAfterMs: 2_000, deadAfterMs: 5_000 }],
    [100, { statusIntervalMs: 100, probeAfterMs: 50, deadAfterMs: 200 }],
    [0, { statusIntervalMs: 10_000, probeAfterMs: 30_000, deadAfterMs: 75_000 }],
    [NaN, { statusIntervalMs: 10_000, probeAfterMs: 30_000, deadAfterMs: 75_000 }],
  ])('of a timeout of %s ms', (timeoutMs, expected) => {
    expect(livenessTimings(timeoutMs)).toEqual(expected);
  });
});

describe('judgeSilence', () => {
  const timings = livenessTimings(4_000);
  it.each([
    [0, false, 'alive'],
    [1_999, false, 'alive'],
    [2_000, false, 'probe'],
    [5_000, false, 'dead'],
    [60_000, true, 'alive'],
  ] as const)('%s ms, held %s: %s', (silentMs, held, expected) => {
    expect(judgeSilence({ silentMs, held }, timings)).toBe(expected);
  });
});
