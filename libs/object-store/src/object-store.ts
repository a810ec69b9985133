/** The bytes of an object, readable more than once: every attempt to put it starts anew. */
export interface ObjectBody {
  readonly bytes: number;
  /** Exactly `length` bytes from `offset`. */
  read(offset: number, length: number): Promise<Buffer>;
}

export interface PutRequest {
  readonly key: string;
  readonly body: ObjectBody;
  /** Of the whole body, in hex; kept with the object, so that `head` tells what it holds. */
  readonly sha256: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** An earlier call for the key failed: it may have put the object, or left half of it. */
  readonly again?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectHead {
  readonly bytes: number;
  /** As it was given to `putIfAbsent`; absent on objects that others wrote. */
  readonly sha256: string | undefined;
  /** When it was put, by the store's clock; `undefined` where the store won't say. */
  readonly modifiedAt: Date | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

export interface StaleUploads {
  readonly prefix: string;
  /** Whether an upload under this key is ours to abort. */
  readonly isOwn: (key: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One bucket. Every method rejects with a `DeliveryError` OBJECT_STORE_… and may be called again
 * after any error: nothing here has an effect that a repetition makes worse.
 */
export interface ObjectStore {
  /**
   * Puts an object whole or not at all; a key is never overwritten. `created` and `exists` are
   * answers, and either means that an object of that key is durable. After an error the object may
   * be there all the same (the answer was lost): repeat the call as `again`, which looks before it
   * puts and leaves nothing unfinished behind, and compare by `head` on `exists`.
   */
  putIfAbsent(request: PutRequest): Promise<'created' | 'exists'>;
  /** `undefined` where there is no such object; a missing bucket may look the same. */
  head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined>;
  /** Every object whose key starts with `prefix`, in no promised order. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<ListedObject>;
  /** Aborts unfinished multipart uploads that a predecessor left. @returns how many. */
  abortStale(uploads: StaleUploads): Promise<number>;
  /** Resolves when the bucket exists and may be used. */
  checkBucket(signal?: AbortSignal): Promise<void>;
  /** Tells a bucket from its successor of the same name; `undefined` where the store won't say. */
  bucketCreatedAt(signal?: AbortSignal): Promise<Date | undefined>;
}

/** A body that is held in memory. */
export function bufferBody(buffer: Buffer): ObjectBody {
  return {
    bytes: buffer.length,
    read: (offset, length) => Promise.resolve(buffer.subarray(offset, offset + length)),
  };
}
