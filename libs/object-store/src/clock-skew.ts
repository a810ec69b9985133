/** Where `againOnSkew` belongs: what is inside of it, the signature, is made anew. */
export const AROUND_SIGNING = { step: 'build', priority: 'low', name: 'againOnSkew' } as const;

/** Statuses of refusals that a wrong time of the signature may cause; answers to HEAD tell no more. */
const REFUSED = [400, 401, 403];

/**
 * The SDK signs with the time that the last answer told. A request that was refused before it had
 * learned that our clock is wrong is sent once more: the clock of the machine delays nothing.
 */
export function againOnSkew<Args, Answer>(
  next: (args: Args) => Promise<Answer>,
): (args: Args) => Promise<Answer> {
  return (args) =>
    next(args).catch((error: unknown) => {
      if (isCorrected(error)) return next(args);
      throw error;
    });
}

function isCorrected(error: unknown): boolean {
  const { $metadata } = (error ?? {}) as {
    $metadata?: { clockSkewCorrected?: unknown; httpStatusCode?: unknown };
  };
  if ($metadata?.clockSkewCorrected !== true) return false;
  return REFUSED.includes(Number($metadata.httpStatusCode));
}
