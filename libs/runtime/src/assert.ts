import { DeliveryError, type ErrorContext } from '@lakeferry/errors';

/** For the impossible: a broken invariant ends the process (policy `crash`). */
export function assert(
  condition: unknown,
  message: string,
  context?: ErrorContext,
): asserts condition {
  if (!condition) {
    throw new DeliveryError('INVARIANT_BROKEN', message, context === undefined ? {} : { context });
  }
}

/** The value, which can't be absent here. */
export function must<T>(value: T | undefined | null, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}
