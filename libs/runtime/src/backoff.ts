/** Bounds of a series of waits. */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
}

/**
 * The wait before attempt `attempt` (1 is the first retry): exponential, capped, with full jitter in
 * its upper half so that many lanes do not retry in step.
 *
 * @param random uniform in [0, 1)
 */
export function backoffMs(attempt: number, limits: BackoffLimits, random: number): number {
  const grown = limits.firstMs * limits.factor ** Math.min(attempt - 1, 60);
  const capped = Math.min(grown, limits.maxMs);
  return Math.round(capped / 2 + (capped / 2) * random);
}
