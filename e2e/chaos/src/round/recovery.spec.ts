import { expect, test } from '@jest/globals';
import { type FaultAccount, recoveryFrom } from './recovery.js';

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
  expect(recoveryFrom(only, [only])).toEqual({ seconds: 3.5, isAlone: true });
});

test('a recovery that never came is endless', () => {
  const stuck = account(1_000, 2_000, null);
  expect(recoveryFrom(stuck, [stuck])?.seconds).toBe(Infinity);
  const other = account(1_500, 2_500, null);
  expect(recoveryFrom(stuck, [stuck, other])?.seconds).toBe(Infinity);
});

test('a fault that missed has no recovery, and overlaps none', () => {
  const missed = { ...account(1_000, 7_000, 7_500), isMissed: true };
  const other = account(2_000, 3_000, 5_000);
  expect(recoveryFrom(missed, [missed])).toBeNull();
  expect(recoveryFrom(other, [missed, other])).toEqual({ seconds: 2, isAlone: true });
});

test('of faults that overlap, the one that ends last tells of all', () => {
  const first = account(1_000, 2_000, 8_000);
  const before = account(0, 1_500, 8_000);
  const during = account(5_000, 5_100, 8_000);
  const behind = account(8_100, 8_200, 9_000);
  expect(recoveryFrom(first, [before, first])).toEqual({ seconds: 6, isAlone: false });
  expect(recoveryFrom(before, [before, first])).toBeNull();
  expect(recoveryFrom(first, [first, during])).toBeNull();
  expect(recoveryFrom(first, [first, behind])).toEqual({ seconds: 6, isAlone: true });
});

test('a fault that strikes while another is recovered from is not alone, though that one has ended', () => {
  const first = account(0, 1_000, 9_000);
  const second = account(2_000, 3_000, 9_000);
  const third = account(9_500, 9_600, 9_900);
  const all = [first, second, third];
  expect(recoveryFrom(first, all)).toBeNull();
  expect(recoveryFrom(second, all)).toEqual({ seconds: 6, isAlone: false });
  expect(recoveryFrom(third, all)?.isAlone).toBe(true);
});
