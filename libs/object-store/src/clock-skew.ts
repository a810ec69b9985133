/** Where `againOnSkew` belongs: what is inside of it, the signature, is made anew. */
export const AROUND_SIGNING = { step: 'build', priority: 'low', name: 'againOnSkew' } as const;

/** Statuses of refusals that a wrong time of the signature may cause; answers to HEAD tell no more. */
const REFUSED = [400, 401, 403];

/** What latency and the whole seconds of a store's answers never come near. */
const SKEW_MS_MIN = 60_000;

/** Of a client of the SDK: what it adds to our clock, as the last answer told. */
interface Skew {
  readonly systemClockOffset: number;
}

/**
 * The SDK signs with the time that the last answer told. A request that was refused before it had learned
 * that our clock was set, wrong or right again, is sent once more: the clock of the machine delays nothing.
 */
export function againOnSkew<Args, Answer>(
  skew: Skew,
  next: (args: Args) => Promise<Answer>,
): (args: Args) => Promise<Answer> {
  return (args) => {
    const { systemClockOffset: before } = skew;
    return next(args).catch((error: unknown) => {
      const wasSet = Math.abs(skew.systemClockOffset - before) >= SKEW_MS_MIN;
      if (wasSet && isRefusal(error)) return next(args);
      throw error;
    });
  };
}

function isRefusal(error: unknown): boolean {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: unknown } };
  return REFUSED.includes(Number($metadata?.httpStatusCode));
}
