import { expect, test } from '@jest/globals';
import { type FaultAccount, recoverySeconds } from './recovery.js';

function account(
  beganMs: number,
  endedMs: number | null,
  recoveredMs: number | null,
): FaultAccount {
  const planned = {
    atMs: beganMs,
    fault: { kind: 'restart', service: 'writer', instance: 0 },
  } as const;
  return { planned, beganMs, endedMs, lsn: 0n, recoveredMs, isMissed: false };
}

test('the time from the end of a fault to the delivery of all that was committed by then', () => {
  const only = account(1_000, 2_000, 5_500);
  expect(recoverySeconds(only, [only])).toBe(3.5);
});

test('a recovery that never came is endless', () => {
  const stuck = account(1_000, 2_000, null);
  expect(recoverySeconds(stuck, [stuck])).toBe(Infinity);
  const other = account(1_500, 2_500, null);
  expect(recoverySeconds(stuck, [stuck, other])).toBe(Infinity);
});

test('a fault that missed has no recovery, and overlaps none', () => {
  const missed = { ...account(1_000, 7_000, 7_500), isMissed: true };
  const other = account(2_000, 3_000, 5_000);
  expect(recoverySeconds(missed, [missed])).toBeNull();
  expect(recoverySeconds(other, [missed, other])).toBe(2);
});

test('a fault that another one overlaps tells nothing of its own', () => {
  const first = account(1_000, 2_000, 8_000);
  const before = account(0, 1_500, 8_000);
  const during = account(5_000, 5_100, 8_000);
  const behind = account(8_100, 8_200, 9_000);
  expect(recoverySeconds(first, [before, first])).toBeNull();
  expect(recoverySeconds(first, [first, during])).toBeNull();
  expect(recoverySeconds(first, [first, behind])).toBe(6);
});
