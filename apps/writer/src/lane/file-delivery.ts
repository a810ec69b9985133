import type { DesiredTask } from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import type { StaleUploads } from '@lakeferry/object-store';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { DeliveryLedger } from '../commit/delivery-ledger.js';
import type { AssembledFile } from '../file/file-assembler.js';
import { highestListed } from '../sequence/highest-listed.js';
import { isKeyOfLane, keyPrefix, sequenceOf } from '../sequence/object-key.js';
import { staticPartOf } from '../sequence/static-part.js';
import type { Destination } from '../upload/buckets.js';
import { putObject } from '../upload/put-object.js';
import type { BucketWatch } from './bucket-watch.js';

interface FileDeliveryOptions {
  readonly task: DesiredTask;
  readonly lane: number;
  readonly destination: Destination;
  /** Of the bucket that the lane delivers to. */
  readonly epoch: number;
  readonly watch: BucketWatch;
  readonly ledger: DeliveryLedger;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Outcome {
  readonly key: string;
  /** The ledger did not know it as visible, in this bucket or an earlier one. */
  readonly isNew: boolean;
  readonly durationMs: number;
}

/**
 * How one file becomes one object: its sequence out of the ledger, then the put under the key that
 * follows from it. Each step may be repeated by anyone at any time.
 */
export class FileDelivery {
  readonly #options: FileDeliveryOptions;
  readonly #outcomes = new WeakMap<AssembledFile, Outcome>();
  /** Whose put was begun: where that is so before a put, it failed, and may have done its work. */
  readonly #begun = new WeakSet<AssembledFile>();
  /** By what the swept keys begin with. */
  readonly #sweeps = new Map<string, Promise<void>>();

  constructor(options: FileDeliveryOptions) {
    this.#options = options;
  }

  /** Of a file whose attempt succeeded. */
  outcomeOf(file: AssembledFile): Outcome | undefined {
    return this.#outcomes.get(file);
  }

  /** Resolves when the object is in the bucket. */
  attempt(file: AssembledFile, signal: AbortSignal): Promise<void> {
    return this.#options.watch.around(() => this.#deliver(file, signal), signal);
  }

  async #deliver(file: AssembledFile, signal: AbortSignal): Promise<void> {
    const { task, lane, destination, epoch, ledger, clock } = this.#options;
    const { seal, body } = file;
    const startedAt = clock.now();
    const under = keyPrefix({ prefix: seal.prefix, taskName: task.taskName, lane });
    await this.#sweep(under, signal);
    const assigned = await ledger.assignSequence({
      taskId: task.taskId,
      file: seal,
      destination: destination.name,
      keyPrefix: under,
      highestListed: () => highestListed(destination.store, under, signal),
    });
    await failpoint('writer.after-assign');
    const { objectKey, state } = assigned;
    if (state === 'assigned' || assigned.epoch < epoch) {
      const again = this.#begun.has(file);
      this.#begun.add(file);
      const { sha256 } = seal;
      await putObject(destination.store, { key: objectKey, body, sha256, again, signal });
    }
    await failpoint('writer.after-put');
    const durationMs = clock.now() - startedAt;
    this.#outcomes.set(file, { key: objectKey, isNew: state === 'assigned', durationMs });
  }

  /**
   * Once in a lane's life, before its first put: a predecessor's unfinished uploads are aborted. What
   * the task's prefix does not cover, such as files of an earlier one, is swept by key prefix, of
   * which one file at a time is put. A store that can't list uploads, or won't, is none the worse
   * for it.
   */
  #sweep(under: string, signal: AbortSignal): Promise<void> {
    const { task, lane } = this.#options;
    const whole = staticPartOf(task.config.ossPrefix);
    const prefix = under.startsWith(whole) ? whole : under;
    const isOwn = (key: string) =>
      prefix === whole
        ? isKeyOfLane(key, task.taskName, lane)
        : sequenceOf(key, under) !== undefined;
    const known = this.#sweeps.get(prefix);
    if (known !== undefined) return known;
    const sweeping = this.#sweepOnce({ prefix, isOwn, signal }).catch((error: unknown) => {
      this.#sweeps.delete(prefix);
      throw error;
    });
    this.#sweeps.set(prefix, sweeping);
    return sweeping;
  }

  async #sweepOnce(uploads: StaleUploads): Promise<void> {
    const { task, lane, destination, logger } = this.#options;
    const fields = { taskId: task.taskId, lane };
    try {
      const count = await destination.store.abortStale(uploads);
      if (count > 0) logger.info('unfinished uploads aborted', { ...fields, count });
    } catch (err) {
      const code = isDeliveryError(err) ? err.code : undefined;
      if (code !== 'OBJECT_STORE_REFUSED' && code !== 'OBJECT_STORE_UNAUTHORIZED') throw err;
      logger.warn('unfinished uploads not aborted', { ...fields, code, err });
    }
  }
}
