import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The first result of `observe` that is neither undefined nor false.
 *
 * @throws Error with the last observation or error when the deadline passes
 */
export async function eventually<T>(
  observe: () => Promise<T | undefined | false> | T | undefined | false,
  options: { deadlineMs?: number; everyMs?: number; what?: string } = {},
): Promise<T> {
  const { deadlineMs = 20_000, everyMs = 50, what = 'the condition' } = options;
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await observe();
      if (seen !== undefined && seen !== false) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${what} did not come true within ${deadlineMs} ms; last seen: ${String(last)}`,
        {
          cause: last,
        },
      );
    }
    await sleep(everyMs);
  }
}
