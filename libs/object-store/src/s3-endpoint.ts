import { S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from './object-store.js';
import { AROUND_SIGNING, againOnSkew } from './clock-skew.js';
import { credentialsOf, type S3Credentials } from './s3-credentials.js';
import { S3ObjectStore, type S3Limits } from './s3-object-store.js';

export interface S3Settings {
  /** URL of the endpoint; the region's own one of AWS when absent. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly credentials: S3Credentials;
  /** `http://host/bucket/key` instead of `http://bucket.host/key`. */
  readonly forcePathStyle: boolean;
  /**
   * `when-required`: no checksum beyond what an operation needs, since OSS and others refuse the
   * trailing ones; `when-supported`: as the SDK likes it.
   */
  readonly checksums: 'when-required' | 'when-supported';
  readonly limits?: Partial<S3Limits> | undefined;
  /** How long a connection may be silent in the middle of a request. */
  readonly silenceMsMax?: number | undefined;
}

const CONNECT_MS_MAX = 5_000;
/**
 * A request that nothing is heard of for this long is given up, and sent again. More than the six seconds
 * that the SDK waits before it sends a body unasked.
 */
const SILENCE_MS_MAX = 15_000;
const CONNECTIONS_MAX = 64;

/** One endpoint with one set of credentials: the connections that its buckets share. */
export class S3Endpoint {
  readonly #client: S3Client;
  readonly #limits: Partial<S3Limits>;
  readonly #place: { readonly endpoint?: string; readonly region: string };

  constructor(settings: S3Settings) {
    const checksums =
      settings.checksums === 'when-required' ? 'WHEN_REQUIRED' : ('WHEN_SUPPORTED' as const);
    const { endpoint, region } = settings;
    this.#limits = settings.limits ?? {};
    this.#place = {
      region,
      ...(endpoint === undefined ? {} : { endpoint: URL.parse(endpoint)?.host ?? endpoint }),
    };
    this.#client = new S3Client({
      ...(endpoint === undefined ? {} : { endpoint }),
      region,
      credentials: credentialsOf(settings.credentials),
      forcePathStyle: settings.forcePathStyle,
      requestChecksumCalculation: checksums,
      responseChecksumValidation: checksums,
      // Retries are decided, counted and shown by the caller.
      maxAttempts: 1,
      followRegionRedirects: false,
      requestHandler: {
        connectionTimeout: CONNECT_MS_MAX,
        socketTimeout: settings.silenceMsMax ?? SILENCE_MS_MAX,
        httpAgent: { keepAlive: true, maxSockets: CONNECTIONS_MAX },
        httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS_MAX },
      },
    });
    const { config, middlewareStack } = this.#client;
    middlewareStack.add((next) => againOnSkew(config, next), AROUND_SIGNING);
    this.#client.middlewareStack.add(
      (next) => (args) => next(args).catch((error: unknown) => Promise.reject(ofThisRealm(error))),
      { step: 'finalizeRequest', priority: 'low', name: 'ofThisRealm' },
    );
  }

  bucket(name: string): ObjectStore {
    return new S3ObjectStore({
      ...{ client: this.#client, bucket: name, place: this.#place, limits: this.#limits },
    });
  }

  close(): void {
    this.#client.destroy();
  }
}

/**
 * The SDK replaces an error that is not of its own realm by one without the code of the socket: it
 * is given one of this realm instead.
 */
function ofThisRealm(error: unknown): Error {
  if (error instanceof Error) return error;
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  return Object.assign(new Error(message ?? 'unknown', { cause: error }), { name, code });
}
