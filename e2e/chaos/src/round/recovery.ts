import type { PlannedFault } from '../plan/round-plan.js';

/** How a fault went: milliseconds from the beginning of the load. */
export interface FaultAccount {
  readonly planned: PlannedFault;
  readonly beganMs: number;
  endedMs: number | null;
  /** Position of the source when the fault had ended. */
  lsn: bigint | null;
  /** When everything that was committed by its end was delivered. */
  recoveredMs: number | null;
  /** Nothing came to where it would have struck. */
  isMissed: boolean;
}

/**
 * Seconds from the end of a fault to its recovery; Infinity when it never came. A fault that others overlap
 * before the recovery does not tell about itself, and one that missed tells nothing: null.
 */
export function recoverySeconds(
  account: FaultAccount,
  all: readonly FaultAccount[],
): number | null {
  if (account.isMissed) return null;
  const { beganMs, endedMs, recoveredMs } = account;
  if (endedMs === null || recoveredMs === null) return Infinity;
  const overlapped = all.some(
    (other) =>
      other !== account &&
      !other.isMissed &&
      other.beganMs < recoveredMs &&
      (other.endedMs ?? Infinity) > beganMs,
  );
  return overlapped ? null : (recoveredMs - endedMs) / 1000;
}
