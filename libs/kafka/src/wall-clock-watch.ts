const LOOK_EVERY_MS = 500;
/** A clock that is slewed, and timers that are late, don't come near it. */
const SET_BACK_MS_MIN = 1_000;

/**
 * Tells once when the wall clock was set back. kafkajs counts the time to its next heartbeat by the wall
 * clock: set back by hours it sends none for hours, and learns from nobody that the group goes on without it.
 *
 * @returns what ends the watch
 */
export function watchWallClock(onSetBack: (byMs: number) => void): () => void {
  let furthest = aheadMs();
  const timer = setInterval(() => {
    const ahead = aheadMs();
    furthest = Math.max(furthest, ahead);
    if (furthest - ahead < SET_BACK_MS_MIN) return;
    clearInterval(timer);
    onSetBack(furthest - ahead);
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** How far the wall clock is ahead of the time that has passed: the same for ever, unless it is set. */
function aheadMs(): number {
  return Date.now() - performance.now();
}
