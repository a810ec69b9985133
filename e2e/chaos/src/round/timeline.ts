import { setTimeout as sleep } from 'node:timers/promises';

export interface Event {
  /** Milliseconds from the beginning. */
  readonly atMs: number;
  readonly happens: () => Promise<void>;
}

/**
 * Lets each event begin at its time, whatever the others take. Resolves when all have ended.
 *
 * @throws the first failure, when all have ended
 */
export async function runTimeline(
  events: readonly Event[],
  nowMs: () => number,
  signal: AbortSignal,
): Promise<void> {
  const ends = await Promise.allSettled(
    events.map(async ({ atMs, happens }) => {
      await sleep(Math.max(0, atMs - nowMs()), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await happens();
    }),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
