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

/** How long it took until everything was delivered that was committed by the end of a fault. */
export interface Recovery {
  /** From the end of the fault; Infinity when it never came. */
  readonly seconds: number;
  /** No other fault, nor what was left of its recovery, was there between its beginning and its recovery. */
  readonly isAlone: boolean;
}

/**
 * The recovery from a fault, and from those that it overlapped and outlasted. One that another fault outlasts
 * does not tell about itself, and one that missed tells nothing: null.
 */
export function recoveryFrom(account: FaultAccount, all: readonly FaultAccount[]): Recovery | null {
  if (account.isMissed) return null;
  const { beganMs, endedMs, recoveredMs } = account;
  if (endedMs === null || recoveredMs === null) return { seconds: Infinity, isAlone: false };
  const others = all.filter(
    (other) =>
      other !== account &&
      !other.isMissed &&
      other.beganMs < recoveredMs &&
      (other.recoveredMs ?? Infinity) > beganMs,
  );
  if (others.some((other) => (other.endedMs ?? Infinity) > endedMs)) return null;
  return { seconds: (recoveredMs - endedMs) / 1000, isAlone: others.length === 0 };
}
