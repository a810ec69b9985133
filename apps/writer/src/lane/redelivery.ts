import type { ObjectStore } from '@lakeferry/object-store';
import type { BucketPlace, LaneBucket } from '@lakeferry/task-store';
import type { BucketLedger } from '../commit/delivery-ledger.js';

interface RedeliveryOptions {
  readonly place: BucketPlace;
  readonly store: ObjectStore;
  readonly ledger: BucketLedger;
  readonly bucket: LaneBucket;
  /** Where the lane stands: files below were delivered before. */
  readonly until: bigint;
}

const KEYS_AT_ONCE = 500;
const PREFIXES_AT_ONCE = 500;

/**
 * A bucket that was created anew gets everything again: the lane reads `files` from the oldest record
 * that Kafka holds, and puts what the ledger knows as visible in an earlier epoch under its old key,
 * in the old order, before anything new. This knows when that is done, and what could not be.
 */
export class Redelivery {
  readonly #options: RedeliveryOptions;
  #running: boolean;

  constructor(options: RedeliveryOptions) {
    this.#options = options;
    this.#running = options.bucket.redelivering;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** @param passed offset below which every file is visible in this epoch */
  isDue(passed: bigint): boolean {
    return this.#running && passed >= this.#options.until;
  }

  /** What is still missing is past the retention, unless the bucket has it all the same. */
  async finish(signal: AbortSignal): Promise<void> {
    const { place, ledger, bucket } = this.#options;
    const { objects, done } = await ledger.of(place);
    if (done < objects) await this.#findPresent(signal);
    await ledger.endRedelivery({ ...place, epoch: bucket.epoch });
    this.#running = false;
  }

  /** By the ledger's key prefixes: those of the task may have changed since. */
  async #findPresent(signal: AbortSignal): Promise<void> {
    const { place, ledger, bucket } = this.#options;
    const here = { ...place, epoch: bucket.epoch };
    let after: string | undefined;
    do {
      const page = await ledger.absentUnder(here, { limit: PREFIXES_AT_ONCE, after });
      for (const prefix of page) await this.#findUnder(prefix, signal);
      after = page.at(-1);
    } while (after !== undefined);
  }

  async #findUnder(prefix: string, signal: AbortSignal): Promise<void> {
    const { place, store, ledger, bucket } = this.#options;
    const here = { ...place, epoch: bucket.epoch };
    let keys: string[] = [];
    for await (const { key } of store.list(prefix, signal)) {
      keys.push(key);
      if (keys.length < KEYS_AT_ONCE) continue;
      await ledger.present(here, keys);
      keys = [];
    }
    if (keys.length > 0) await ledger.present(here, keys);
  }
}
