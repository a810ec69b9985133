import { DeliveryError } from '@lakeferry/errors';
import type { ListedObject, ObjectHead, ObjectStore, PutRequest } from '../object-store.js';

interface HeldObject {
  readonly content: Buffer;
  readonly sha256: string | undefined;
  readonly modifiedAt: Date;
}

/** A bucket in memory that keeps the port's contract; it can be taken away and come back empty. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, HeldObject>();
  #createdAt: Date | undefined = new Date(0);

  async putIfAbsent({ key, body, sha256 }: PutRequest): Promise<'created' | 'exists'> {
    this.#needBucket();
    const content = Buffer.from(await body.read(0, body.bytes));
    if (this.objects.has(key)) return 'exists';
    this.objects.set(key, { content, sha256, modifiedAt: new Date() });
    return 'created';
  }

  /** Something that others wrote. */
  plant(key: string, content: Buffer): void {
    this.objects.set(key, { content, sha256: undefined, modifiedAt: new Date() });
  }

  dropBucket(): void {
    this.objects.clear();
    this.#createdAt = undefined;
  }

  createBucket(at: Date): void {
    this.#createdAt = at;
  }

  head(key: string): Promise<ObjectHead | undefined> {
    const held = this.objects.get(key);
    if (held === undefined) return Promise.resolve(undefined);
    const { content, sha256, modifiedAt } = held;
    return Promise.resolve({ bytes: content.length, sha256, modifiedAt });
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    this.#needBucket();
    for (const [key, { content }] of this.objects) {
      if (key.startsWith(prefix)) yield await Promise.resolve({ key, bytes: content.length });
    }
  }

  abortStale(): Promise<number> {
    return Promise.resolve(0);
  }

  checkBucket(): Promise<void> {
    return new Promise((resolve) => resolve(this.#needBucket()));
  }

  bucketCreatedAt(): Promise<Date | undefined> {
    return Promise.resolve(this.#createdAt);
  }

  #needBucket(): void {
    if (this.#createdAt !== undefined) return;
    throw new DeliveryError('OBJECT_STORE_BUCKET_INVALID', 'the bucket does not exist');
  }
}
