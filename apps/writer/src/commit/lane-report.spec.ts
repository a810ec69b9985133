import { describe, expect, it } from '@jest/globals';
import type { StatusError } from '@lakeferry/contracts';
import { DeliveryError, type ErrorCode } from '@lakeferry/errors';
import { decideStatusError, worstOf } from './lane-report.js';

function failure(code: ErrorCode, attempt: number) {
  const error = new DeliveryError(code, 'what failed');
  return { error, action: error.action, attempt, at: 'now' };
}

function shown(code: ErrorCode, since: string): StatusError {
  const { message, remedy, action } = new DeliveryError(code, 'what failed');
  return { code, message, remedy, action: action as StatusError['action'], since };
}

describe('decideStatusError', () => {
  it.each<[ErrorCode, number, boolean]>([
    ['OBJECT_STORE_UNAVAILABLE', 1, false],
    ['OBJECT_STORE_UNAVAILABLE', 2, false],
    ['OBJECT_STORE_UNAVAILABLE', 3, true],
    ['OBJECT_STORE_BUCKET_INVALID', 1, true],
    ['OBJECT_STORE_KEY_TAKEN', 1, true],
    ['INVARIANT_BROKEN', 1, false],
  ])('%s at attempt %i: shown %p', (code, attempt, expected) => {
    const status = decideStatusError(failure(code, attempt), undefined);
    expect(status).toEqual(expected ? shown(code, 'now') : null);
  });

  it('keeps the time at which the same error began', () => {
    const before = shown('OBJECT_STORE_BUCKET_INVALID', 'then');
    expect(decideStatusError(failure('OBJECT_STORE_BUCKET_INVALID', 9), before)?.since).toBe(
      'then',
    );
    expect(decideStatusError(failure('OBJECT_STORE_UNAUTHORIZED', 9), before)?.since).toBe('now');
  });
});

describe('worstOf', () => {
  it('shows a halt before a hold before a retry, and the oldest of equals', () => {
    const retry = shown('OBJECT_STORE_UNAVAILABLE', '1');
    const hold = shown('OBJECT_STORE_BUCKET_INVALID', '2');
    const later = shown('OBJECT_STORE_UNAUTHORIZED', '3');
    const halt = shown('OBJECT_STORE_KEY_TAKEN', '4');
    expect(worstOf([])).toBeNull();
    expect(worstOf([retry, hold, later])).toBe(hold);
    expect(worstOf([retry, hold, halt])).toBe(halt);
  });
});
