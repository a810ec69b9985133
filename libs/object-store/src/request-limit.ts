/** A part of 8 MiB within this time needs 70 KiB/s. */
const REQUEST_MS_MAX = 120_000;

interface RequestLimit {
  readonly signal?: AbortSignal | undefined;
  readonly msMax?: number;
}

/**
 * Sends one request, which ends with the signal or at its limit of time. The limit is none of the SDK's
 * settings: for as long as that is, the SDK waits to be told `100 Continue`, which some stores never say.
 */
export async function inTime<T>(
  { signal, msMax = REQUEST_MS_MAX }: RequestLimit,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(msMax);
  const abortSignal = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    return await send({ abortSignal });
  } catch (error) {
    if (!limit.aborted || signal?.aborted === true) throw error;
    const late = new Error('the request took too long', { cause: error });
    throw Object.assign(late, { name: 'TimeoutError' });
  }
}
