import { setImmediate } from 'node:timers/promises';
import { DeliveryError } from '@lakeferry/errors';
import type { DesiredTask, FileMark } from '@lakeferry/contracts';
import { metrics, type Logger } from '@lakeferry/observability';
import { must, type Clock } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { BucketPlace, LaneBucket, LanePosition } from '@lakeferry/task-store';
import { advance, startOf } from '../commit/lane-progress.js';
import type { BucketLedger, DeliveryLedger } from '../commit/delivery-ledger.js';
import type { LaneReporter } from '../commit/lane-reporter.js';
import { FileAssembler, type AssembledFile } from '../file/file-assembler.js';
import type { FileRecord } from '../file/assembly.js';
import type { MemoryBudget } from '../file/memory-budget.js';
import { Sequencer, type Settled } from '../sequence/sequencer.js';
import type { Destination } from '../upload/buckets.js';
import { BucketWatch } from './bucket-watch.js';
import { FileDelivery } from './file-delivery.js';
import { LaneRetry } from './lane-retry.js';
import { LaneRoom } from './lane-room.js';
import { Redelivery } from './redelivery.js';

/** What a lane needs of its partition of `files`. */
export interface LanePartition {
  readonly index: number;
  readonly signal: AbortSignal;
  commitOffset(next: bigint): Promise<void>;
  fail(error: unknown): void;
}

/** What all lanes of a process share. */
export interface LaneSurroundings {
  readonly ledger: DeliveryLedger;
  readonly bucketLedger: BucketLedger;
  readonly budget: MemoryBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holdMs: number;
  /** Between looks at a bucket that nothing seems wrong with. */
  readonly lookIntervalMs: number;
}

interface LaneWriterOptions extends LaneSurroundings {
  readonly task: DesiredTask;
  readonly partition: LanePartition;
  readonly destination: Destination;
  readonly start: LanePosition | undefined;
  readonly bucket: LaneBucket;
  /** Offset of the first record that comes. */
  readonly from: bigint;
  readonly reporter: LaneReporter;
}

/** Files of different rendered prefixes that a lane puts side by side. */
const PARALLEL = 4;
const LEDGER = 'ledger';
const BUCKET = 'bucket';

/**
 * One life of one lane: files out of Kafka become objects in order. The position that is saved never
 * passes a file that is not in the bucket; what is beyond it is read and put again by whoever comes
 * next, with the same key and bytes.
 */
export class LaneWriter {
  readonly #options: LaneWriterOptions;
  readonly #assembler: FileAssembler;
  readonly #sequencer = new Sequencer<AssembledFile, FileMark>(PARALLEL);
  readonly #delivery: FileDelivery;
  readonly #watch: BucketWatch;
  readonly #redelivery: Redelivery;
  readonly #place: BucketPlace;
  readonly #room = new LaneRoom();
  readonly #retry: LaneRetry;
  readonly #ending = new AbortController();
  /** Whole files whose delivery has not begun. */
  readonly #waiting = new Set<AssembledFile>();
  readonly #running = new Set<Promise<void>>();
  #draining = false;
  #position: LanePosition;
  /** What was read below it is visible; behind the position while everything is written again. */
  #passed: bigint;
  /** In the bucket, and not yet marked so in the ledger. */
  #unmarked: AssembledFile[] = [];
  #unsaved = false;
  #saved: bigint | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: LaneWriterOptions) {
    const { task, partition, start, budget, bucket, destination } = options;
    const { index: lane } = partition;
    const { store } = destination;
    const ledger = options.bucketLedger;
    const place = { taskId: task.taskId, lane, destination: destination.name };
    this.#options = options;
    this.#place = place;
    const from = bucket.redelivering ? 'anywhere' : 'a whole file';
    this.#assembler = new FileAssembler(lane, budget, from);
    const onRecreated = () => this.#startAnew();
    this.#watch = new BucketWatch({ place, store, ledger, bucket, onRecreated });
    const until = start?.nextOffset ?? 0n;
    this.#redelivery = new Redelivery({ place, store, ledger, bucket, until });
    const names = this.#names();
    const { signal } = this.#ending;
    this.#retry = new LaneRetry({ ...options, names, signal, onEnd: (error) => this.#end(error) });
    const { epoch } = bucket;
    this.#delivery = new FileDelivery({ ...options, lane, epoch, watch: this.#watch });
    this.#passed = options.from;
    this.#position = start ?? startOf(task.taskId, partition.index);
    this.#saved = start?.nextOffset;
    partition.signal.addEventListener('abort', () => this.#ending.abort(), { once: true });
  }

  /** Everything below it is visible and said so by the ledger. */
  get savedOffset(): bigint | undefined {
    return this.#saved;
  }

  /** What Kafka may free: nothing while the bucket is in doubt, since it may be needed again. */
  get freeableOffset(): bigint | undefined {
    return this.#watch.isSure && !this.#redelivery.isRunning ? this.#saved : undefined;
  }

  /** Looks after the bucket from here on, whether files come or not. */
  begin(): void {
    void this.#lookAfterBucket();
    if (this.#redelivery.isDue(this.#passed)) this.#save();
  }

  /** Takes records in order; waits while the lane holds as much as it may. */
  async process(records: readonly FileRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#assembler.isBetweenFiles) await this.#room.wait(this.#ending.signal);
      if (this.#ending.signal.aborted) return;
      const item = await this.#assembler.take(record);
      if (item === undefined) {
        if (this.#assembler.isBetweenFiles) this.#passedOver(record.offset);
        continue;
      }
      if (item.kind === 'file') {
        const { nextOffset, seal } = item;
        this.#sequencer.add({ kind: 'file', prefix: seal.prefix, nextOffset, file: item });
        this.#waiting.add(item);
        this.#room.entered(item.body.bytes);
      } else {
        this.#sequencer.add(item);
        this.#settled(this.#sequencer.settle());
      }
      this.#room.inLine(this.#sequencer.length);
      this.#startFiles();
    }
  }

  /** Starts nothing more and waits for what is being put, until the signal aborts. */
  async drain(limit: AbortSignal): Promise<void> {
    this.#draining = true;
    this.#room.close();
    const stopped = Promise.withResolvers<void>();
    const stop = () => stopped.resolve();
    limit.addEventListener('abort', stop, { once: true });
    this.#ending.signal.addEventListener('abort', stop, { once: true });
    if (limit.aborted || this.#ending.signal.aborted) stop();
    await Promise.race([stopped.promise, this.#idle()]);
  }

  /** Ends this life: what is under way is dropped, and repeated by the next one. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#assembler.discard();
    for (const file of this.#waiting) await file.body.discard();
  }

  async #idle(): Promise<void> {
    while (this.#running.size > 0 || this.#saving !== undefined) {
      await Promise.all([...this.#running, this.#saving]);
      await setImmediate();
    }
  }

  #startFiles(): void {
    if (this.#draining || this.#ending.signal.aborted) return;
    for (const file of this.#sequencer.start()) {
      this.#waiting.delete(file);
      const running = this.#deliver(file).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #deliver(file: AssembledFile): Promise<void> {
    const { fileId } = file.seal;
    const done = await this.#retry.run(fileId, () =>
      this.#delivery.attempt(file, this.#ending.signal),
    );
    const bytes = file.body.bytes;
    await file.body.discard();
    if (!done) return;
    this.#room.left(bytes);
    this.#unmarked.push(file);
    this.#settled(this.#sequencer.visible(file), true);
    this.#room.inLine(this.#sequencer.length);
    this.#startFiles();
  }

  #settled(settled: Settled<FileMark> | undefined, save = settled !== undefined): void {
    if (settled !== undefined) {
      this.#passed = settled.nextOffset;
      this.#position = advance(this.#position, settled.nextOffset, settled.marks);
    }
    if (save) this.#save();
  }

  /** A record of a file whose beginning is gone. */
  #passedOver(offset: bigint): void {
    this.#passed = offset + 1n;
    if (this.#redelivery.isDue(this.#passed)) this.#save();
  }

  #save(): void {
    this.#unsaved = true;
    this.#saving ??= this.#saveAll()
      .catch((error: unknown) => this.#end(error))
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /** What became visible while one transaction ran goes into the next. */
  async #saveAll(): Promise<void> {
    const { ledger, reporter, partition } = this.#options;
    while (this.#unsaved && !this.#ending.signal.aborted) {
      this.#unsaved = false;
      const files = this.#unmarked.splice(0);
      const position = this.#position;
      const passed = this.#passed;
      const moved = position.nextOffset > (this.#saved ?? 0n) ? position : undefined;
      const ids = files.map(({ seal }) => seal.fileId);
      const bucket = { ...this.#place, epoch: this.#options.bucket.epoch };
      const done = await this.#retry.run(LEDGER, () => ledger.markVisible(ids, moved, bucket));
      if (!done) return;
      for (const file of files) this.#delivered(file);
      if (this.#redelivery.isRunning) reporter.report();
      if (this.#redelivery.isDue(passed) && !(await this.#endRedelivery())) return;
      if (moved === undefined) continue;
      this.#saved = moved.nextOffset;
      await failpoint('writer.after-ledger');
      reporter.report();
      await partition.commitOffset(moved.nextOffset).catch((err: unknown) => this.#noOffset(err));
    }
  }

  async #endRedelivery(): Promise<boolean> {
    const done = await this.#retry.run(BUCKET, () => this.#redelivery.finish(this.#ending.signal));
    if (done) this.#options.reporter.report();
    return done;
  }

  async #lookAfterBucket(): Promise<void> {
    const { clock, lookIntervalMs } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#retry.run(BUCKET, () => this.#watch.look(signal));
      await clock.sleep(lookIntervalMs, signal);
    }
  }

  /** The next life of the lane begins with what the new bucket lacks. */
  #startAnew(): void {
    this.#options.logger.warn('the bucket was created anew', this.#names());
    this.#end(new DeliveryError('OBJECT_STORE_BUCKET_RECREATED', 'the bucket is a new one'));
  }

  #end(error: unknown): void {
    this.#ending.abort();
    this.#options.partition.fail(error);
  }

  #delivered(file: AssembledFile): void {
    const { seal } = file;
    const { task, logger } = this.#options;
    const { fileId, rows, bytes, reason, prefix } = seal;
    const outcome = must(this.#delivery.outcomeOf(file), 'a visible file has a key');
    const { key, durationMs, isNew } = outcome;
    const fields = { ...this.#names(), fileId, key, prefix, rows, bytes, reason, durationMs };
    if (!isNew) {
      logger.info('object was delivered before', fields);
      return;
    }
    const task$ = { task: task.taskName };
    metrics.objects.inc(task$);
    if (seal.content === 'parquet') {
      metrics.rows.inc({ stage: 'writer', ...task$ }, seal.rows);
    }
    metrics.bytes.inc({ stage: 'writer', ...task$ }, seal.bytes);
    metrics.putSeconds.observe(task$, durationMs / 1000);
    logger.info('object delivered', fields);
  }

  #noOffset(err: unknown): void {
    this.#options.logger.debug('group offset not committed', { ...this.#names(), err });
  }

  #names() {
    const { task, partition } = this.#options;
    return { taskId: task.taskId, task: task.taskName, lane: partition.index };
  }
}
