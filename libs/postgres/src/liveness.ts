/** When to speak and when to give up, in one replication connection. */
export interface LivenessTimings {
  /** A status update goes out at least this often. */
  readonly statusIntervalMs: number;
  /** After so long without a byte from the server a reply is asked for. */
  readonly probeAfterMs: number;
  /** After so long without a byte from the server the connection counts as dead. */
  readonly deadAfterMs: number;
}

const STATUS_INTERVAL_MS_MAX = 10_000;
const STATUS_INTERVAL_MS_MIN = 100;
const DISABLED_DEAD_AFTER_MS = 60_000;

/**
 * All timings follow from `wal_sender_timeout`. The server ends a connection that was silent for the
 * timeout, so status goes out four times in it. The server in turn answers a request at once: one that
 * is silent for a whole timeout although it was asked is gone. 0 switches the server's check off, not
 * ours: a dead peer would otherwise be waited for as long as TCP likes.
 */
export function livenessTimings(walSenderTimeoutMs: number): LivenessTimings {
  const deadAfterMs =
    Number.isFinite(walSenderTimeoutMs) && walSenderTimeoutMs > 0
      ? walSenderTimeoutMs
      : DISABLED_DEAD_AFTER_MS;
  const quarter = Math.max(STATUS_INTERVAL_MS_MIN, Math.floor(deadAfterMs / 4));
  return {
    statusIntervalMs: Math.min(STATUS_INTERVAL_MS_MAX, quarter),
    probeAfterMs: Math.floor(deadAfterMs / 2),
    deadAfterMs: deadAfterMs + quarter,
  };
}

/**
 * What silence means. While reading is stopped on our side the server can't be heard, which says
 * nothing about it.
 */
export function judgeSilence(
  state: { readonly silentMs: number; readonly held: boolean },
  timings: LivenessTimings,
): 'alive' | 'probe' | 'dead' {
  if (state.held) return 'alive';
  if (state.silentMs >= timings.deadAfterMs) return 'dead';
  return state.silentMs >= timings.probeAfterMs ? 'probe' : 'alive';
}
