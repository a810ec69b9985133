import { isDeliveryError, type ErrorAction } from '@lakeferry/errors';
import { backoffMs, type BackoffLimits } from './backoff.js';
import { systemClock, type Clock } from './clock.js';

/** What became of one failure of a loop. */
export interface LoopFailure {
  readonly error: unknown;
  readonly action: ErrorAction;
  readonly attempt: number;
  readonly waitMs: number;
}

export interface ServiceLoopOptions {
  readonly signal: AbortSignal;
  readonly retry: BackoffLimits;
  /** Wait between retries of an error that the user must mend. */
  readonly holdMs: number;
  readonly onFailure: (failure: LoopFailure) => void;
  readonly clock?: Clock;
  /** A run that lasted this long counts as healthy: the attempts start from 1 again. */
  readonly healthyAfterMs?: number;
}

/**
 * Runs `body` until it resolves or the signal aborts, retrying as the error's policy says.
 * `retry` backs off, `hold` waits `holdMs`; `halt`, `crash`, `refuse` and unknown errors reject:
 * the caller decides what stops.
 */
export async function serviceLoop(
  body: (signal: AbortSignal) => Promise<void>,
  options: ServiceLoopOptions,
): Promise<void> {
  const clock = options.clock ?? systemClock;
  let attempt = 0;
  while (!options.signal.aborted) {
    const startedAt = clock.now();
    try {
      await body(options.signal);
      return;
    } catch (error) {
      if (options.signal.aborted) return;
      if (clock.now() - startedAt > (options.healthyAfterMs ?? 60_000)) attempt = 0;
      attempt += 1;
      const action: ErrorAction = isDeliveryError(error) ? error.action : 'crash';
      const waitMs =
        action === 'hold' ? options.holdMs : backoffMs(attempt, options.retry, Math.random());
      options.onFailure({ error, action, attempt, waitMs });
      if (action !== 'retry' && action !== 'hold') throw error;
      await clock.sleep(waitMs, options.signal);
    }
  }
}
