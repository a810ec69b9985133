/** The time and timers, injected so that decisions about time can be tested. */
export interface Clock {
  /** Milliseconds since the epoch. They never jump and never go back: intervals are measured by them. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  /**
   * The wall clock as it was when the process started, and what has passed since: a clock of the machine
   * that is set back by hours would make whatever waits until a time wait for hours. Until the next start
   * it tells times as wrong as they were; people read them, nothing is decided by them.
   */
  now: () => Math.round(performance.timeOrigin + performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
