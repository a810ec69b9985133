import { isDeliveryError } from '@lakeferry/errors';
import type { StatusError } from './status.js';

/**
 * An error in the form that status shows. What is no `DeliveryError` is an error of ours: status says
 * so and leaves the rest to the log.
 */
export function toStatusError(error: unknown, sinceMs: number): StatusError {
  const since = new Date(sinceMs).toISOString();
  if (!isDeliveryError(error)) {
    const message = 'an unexpected error; the log of the service tells more';
    return { code: 'INVARIANT_BROKEN', message, remedy: null, action: 'halt', since };
  }
  const { code, message, remedy, action } = error;
  const shown = action === 'retry' || action === 'hold' ? action : 'halt';
  return { code, message, remedy, action: shown, since };
}
