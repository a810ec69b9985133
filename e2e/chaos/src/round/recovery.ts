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
}

/**
 * Seconds from the end of a fault to its recovery. A fault that others overlap before the recovery does
 * not tell about itself: null. Infinity when it never came.
 */
export function recoverySeconds(
  account: FaultAccount,
  all: readonly FaultAccount[],
): number | null {
  const until = account.recoveredMs ?? Infinity;
  const overlapped = all.some(
    (other) =>
      other !== account && other.beganMs < until && (other.endedMs ?? Infinity) > account.beganMs,
  );
  if (overlapped) return null;
  if (account.endedMs === null || account.recoveredMs === null) return Infinity;
  return (account.recoveredMs - account.endedMs) / 1000;
}
