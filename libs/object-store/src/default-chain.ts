import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { defaultProvider } from '@aws-sdk/credential-provider-node';

type Credentials = Awaited<
  ReturnType<Extract<S3ClientConfig['credentials'], (...args: never[]) => unknown>>
>;

/** How long keys that tell no end are used before they are looked up again. */
const LASTING_MS = 60_000;

/** The end of credentials whose keeping is none of the SDK's business: it asks for them each time. */
export const ASK_AGAIN = new Date(0);

/**
 * Credentials as the SDK finds them. It keeps those that tell no end for ever, and its files as it
 * first read them: here such keys get an end, and are read anew then. Where that fails, as in the
 * middle of a change, the keys that were known go on.
 */
export function defaultChain(profile: string | undefined): () => Promise<Credentials> {
  const provider = defaultProvider({
    ignoreCache: true,
    ...(profile === undefined ? {} : { profile }),
  });
  let lasting: Credentials | undefined;
  let until = 0;
  return async () => {
    const leftMs = until - Date.now();
    // More than was given: the clock was set back.
    if (lasting === undefined || leftMs <= 0 || leftMs > LASTING_MS) {
      const before = lasting;
      const found = await (before === undefined
        ? provider()
        : provider({ forceRefresh: true }).catch(() => before));
      lasting = found.expiration === undefined ? found : undefined;
      if (lasting === undefined) return found;
      until = Date.now() + LASTING_MS;
    }
    return { ...lasting, expiration: ASK_AGAIN };
  };
}
