import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import type { ObjectStore } from '@lakeferry/object-store';
import type { BucketPlace, LaneBucket } from '@lakeferry/task-store';
import type { BucketLedger } from '../commit/delivery-ledger.js';
import {
  decideBucket,
  isDoubtful,
  isOlder,
  isOtherDate,
  type OlderObjects,
} from './decide-bucket.js';

interface BucketWatchOptions {
  readonly place: BucketPlace;
  readonly store: ObjectStore;
  readonly ledger: BucketLedger;
  /** What the ledger knew when the lane was taken up. */
  readonly bucket: LaneBucket;
  /** A new epoch of the bucket has begun in the ledger: the lane must be taken up anew. */
  readonly onRecreated: () => void;
}

/** Objects that are looked for when a date leaves a doubt. */
const WITNESSES = 5;

/**
 * Knows whether the bucket is the one that the lane delivered to. Nothing is put before a look found
 * that out, after a start and after each time that the bucket was not there.
 */
export class BucketWatch {
  readonly #options: BucketWatchOptions;
  #known: Pick<LaneBucket, 'epoch' | 'createdAt' | 'missing'>;
  #sure = false;
  /** Times that the bucket was not there: a look that one of them fell into proves nothing. */
  #absences = 0;
  /** The ledger is still to be told of the last of them. */
  #untold = false;
  #looking: Promise<void> | undefined;

  constructor(options: BucketWatchOptions) {
    this.#options = options;
    this.#known = options.bucket;
  }

  /** Whether the bucket was the old one when it was last looked at or used. */
  get isSure(): boolean {
    return this.#sure;
  }

  /** Does work on the bucket once it is certain which one it is. */
  async around<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (!this.#sure) await this.look(signal);
    return this.#noting(work);
  }

  /** @throws DeliveryError OBJECT_STORE_… while the bucket can't be used */
  look(signal: AbortSignal): Promise<void> {
    this.#looking ??= this.#noting(() => this.#look(signal)).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(signal: AbortSignal): Promise<void> {
    let before: number;
    do {
      before = this.#absences;
      await this.#tellAbsence();
      await this.#lookOnce(signal);
    } while (before !== this.#absences);
    this.#sure = true;
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const { place, store, ledger, onRecreated } = this.#options;
    const seen = await store.bucketCreatedAt(signal);
    if (seen === undefined) await store.checkBucket(signal);
    const older = isDoubtful(this.#known, seen)
      ? await this.#older(seen, signal)
      : 'none delivered';
    const verdict = decideBucket(this.#known, seen, older);
    const createdAt = seen ?? this.#known.createdAt;
    switch (verdict) {
      case 'same':
        break;
      case 'found':
        await this.#found(createdAt);
        break;
      case 'recreated':
        await ledger.beginRedelivery(place, this.#known, createdAt);
        onRecreated();
        throw new DeliveryError('OBJECT_STORE_BUCKET_RECREATED', 'the bucket is a new one');
      default:
        verdict satisfies never;
    }
  }

  /** An absence that falls into it is told again: it is not known which of the two came last. */
  async #found(createdAt: Date | null): Promise<void> {
    const { place, ledger } = this.#options;
    const before = this.#absences;
    try {
      await ledger.found(place, createdAt);
      this.#known = { ...this.#known, createdAt, missing: false };
    } finally {
      if (before !== this.#absences) {
        this.#wasAway();
        this.#untold = true;
      }
    }
  }

  /** One object is enough; where the date is another one, those put since then prove nothing. */
  async #older(seen: Date | undefined, signal: AbortSignal): Promise<OlderObjects> {
    const { place, store, ledger } = this.#options;
    const since = isOtherDate(this.#known, seen) ? seen : undefined;
    const newest = await ledger.newest(place, { limit: WITNESSES });
    const before = await ledger.newest(place, { limit: WITNESSES, before: since });
    if (newest.length === 0) return 'none delivered';
    const keys = new Set([...newest, ...before].map(({ objectKey }) => objectKey));
    for (const key of keys) {
      const head = await store.head(key, signal);
      if (head !== undefined && isOlder(head.modifiedAt, since)) return 'there';
    }
    return 'gone';
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isDeliveryError(error) && error.code === 'OBJECT_STORE_BUCKET_INVALID') {
        this.#wasAway();
        await this.#tellAbsence();
      }
      throw error;
    }
  }

  /** Holds from here on, whatever becomes of telling the ledger. */
  #wasAway(): void {
    this.#absences += 1;
    this.#sure = false;
    this.#untold ||= !this.#known.missing;
    this.#known = { ...this.#known, missing: true };
  }

  async #tellAbsence(): Promise<void> {
    if (!this.#untold) return;
    const told = this.#absences;
    await this.#options.ledger.missed(this.#options.place);
    if (told === this.#absences) this.#untold = false;
  }
}
