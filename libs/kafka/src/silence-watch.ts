const LOOK_EVERY_MS = 1_000;

export interface SilenceWatch {
  /** The group has answered. */
  heard(): void;
  end(): void;
}

/**
 * Tells once when a group has not answered for a while. A consumer of kafkajs that the group has forgotten,
 * and whose joining is answered with a passing error of the coordinator, goes on to fetch without being a
 * member: it sends no heartbeats any more, nothing fails, and it takes over from nobody.
 */
export function watchSilence(
  silenceMsMax: number,
  onSilence: (silentMs: number) => void,
): SilenceWatch {
  let heardMs = performance.now();
  const timer = setInterval(() => {
    const silentMs = performance.now() - heardMs;
    if (silentMs <= silenceMsMax) return;
    clearInterval(timer);
    onSilence(silentMs);
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    heard: () => {
      heardMs = performance.now();
    },
    end: () => clearInterval(timer),
  };
}
