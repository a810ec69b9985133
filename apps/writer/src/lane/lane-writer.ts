import { setImmediate } from 'node:timers/promises';
import { isDeliveryError } from '@lakeferry/errors';
import type { DesiredTask, FileMark } from '@lakeferry/contracts';
import { metrics, type Logger } from '@lakeferry/observability';
import { must, serviceLoop, type Clock, type LoopFailure } from '@lakeferry/runtime';
import type { LanePosition } from '@lakeferry/task-store';
import { advance, startOf } from '../commit/lane-progress.js';
import type { DeliveryLedger } from '../commit/delivery-ledger.js';
import type { LaneReporter } from '../commit/lane-reporter.js';
import type { Failpoint, Failpoints } from '../failpoints.js';
import { FileAssembler, type AssembledFile } from '../file/file-assembler.js';
import type { FileRecord } from '../file/assembly.js';
import type { MemoryBudget } from '../file/memory-budget.js';
import { Sequencer, type Settled } from '../sequence/sequencer.js';
import type { Destination } from '../upload/buckets.js';
import { FileDelivery } from './file-delivery.js';
import { LaneRoom } from './lane-room.js';

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
  readonly budget: MemoryBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holdMs: number;
  readonly failpoints: Failpoints;
}

interface LaneWriterOptions extends LaneSurroundings {
  readonly task: DesiredTask;
  readonly partition: LanePartition;
  readonly destination: Destination;
  readonly start: LanePosition | undefined;
  readonly reporter: LaneReporter;
}

/** Files of different rendered prefixes that a lane puts side by side. */
const PARALLEL = 4;
const RETRY = { firstMs: 100, maxMs: 15_000, factor: 2 } as const;
const LEDGER = 'ledger';

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
  readonly #room = new LaneRoom();
  readonly #ending = new AbortController();
  /** Whole files whose delivery has not begun. */
  readonly #waiting = new Set<AssembledFile>();
  readonly #running = new Set<Promise<void>>();
  #draining = false;
  #position: LanePosition;
  /** In the bucket, and not yet marked so in the ledger. */
  #unmarked: AssembledFile[] = [];
  #unsaved = false;
  #saved: bigint | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: LaneWriterOptions) {
    const { task, partition, start, budget } = options;
    this.#options = options;
    this.#assembler = new FileAssembler(partition.index, budget);
    this.#delivery = new FileDelivery({ ...options, lane: partition.index });
    this.#position = start ?? startOf(task.taskId, partition.index);
    this.#saved = start?.nextOffset;
    partition.signal.addEventListener('abort', () => this.#ending.abort(), { once: true });
  }

  /** Everything below it is visible and said so by the ledger. */
  get savedOffset(): bigint | undefined {
    return this.#saved;
  }

  /** Takes records in order; waits while the lane holds as much as it may. */
  async process(records: readonly FileRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#assembler.isBetweenFiles) await this.#room.wait(this.#ending.signal);
      if (this.#ending.signal.aborted) return;
      const item = await this.#assembler.take(record);
      if (item === undefined) continue;
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
    const done = await this.#retried(fileId, () =>
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
      this.#position = advance(this.#position, settled.nextOffset, settled.marks);
    }
    if (!save) return;
    this.#unsaved = true;
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
  }

  /** What became visible while one transaction ran goes into the next. */
  async #save(): Promise<void> {
    const { ledger, reporter, partition } = this.#options;
    while (this.#unsaved && !this.#ending.signal.aborted) {
      this.#unsaved = false;
      const files = this.#unmarked.splice(0);
      const position = this.#position;
      const moved = position.nextOffset > (this.#saved ?? 0n) ? position : undefined;
      const ids = files.map(({ seal }) => seal.fileId);
      const done = await this.#retried(LEDGER, () => ledger.markVisible(ids, moved));
      if (!done) return;
      for (const file of files) this.#delivered(file);
      if (moved === undefined) continue;
      this.#saved = moved.nextOffset;
      await this.#failpoint('afterSettle');
      reporter.report();
      await partition.commitOffset(moved.nextOffset).catch((err: unknown) => this.#noOffset(err));
    }
  }

  /** @returns whether it was done; if not the lane has ended. */
  async #retried(what: string, work: () => Promise<void>): Promise<boolean> {
    const { clock, holdMs, reporter } = this.#options;
    const { signal } = this.#ending;
    let done = false;
    const once = async () => {
      await work();
      done = true;
    };
    const onFailure = (failure: LoopFailure) => this.#failed(what, failure);
    try {
      await serviceLoop(once, { signal, retry: RETRY, holdMs, onFailure, clock });
      if (done) reporter.recovered(what);
    } catch (error) {
      this.#ending.abort();
      this.#options.partition.fail(error);
    }
    return done && !signal.aborted;
  }

  #failed(what: string, failure: LoopFailure): void {
    const { error, action, attempt, waitMs } = failure;
    const { clock, reporter, logger } = this.#options;
    const code = isDeliveryError(error) ? error.code : 'UNKNOWN';
    metrics.retries.inc({ component: 'writer', code });
    const fields = { ...this.#names(), fileId: what, code, attempt, waitMs, err: error };
    if (action === 'retry' && waitMs < 1_000) logger.info('delivery is tried again', fields);
    else if (action === 'retry' || action === 'hold') {
      logger.warn('delivery waits and is tried again', fields);
    } else logger.error('delivery of the lane stops', fields);
    reporter.failed(what, { error, action, attempt, at: new Date(clock.now()).toISOString() });
  }

  #delivered(file: AssembledFile): void {
    const { seal } = file;
    const { task, logger } = this.#options;
    const task$ = { task: task.taskName };
    metrics.objects.inc(task$);
    if (seal.content === 'parquet') {
      metrics.rows.inc({ stage: 'writer', ...task$ }, seal.rows);
    }
    metrics.bytes.inc({ stage: 'writer', ...task$ }, seal.bytes);
    const { fileId, rows, bytes, reason, prefix } = seal;
    const { key, durationMs } = must(this.#delivery.outcomeOf(file), 'a visible file has a key');
    metrics.putSeconds.observe(task$, durationMs / 1000);
    logger.info('object delivered', {
      ...this.#names(),
      ...{ fileId, key, prefix, rows, bytes, reason, durationMs },
    });
  }

  #noOffset(err: unknown): void {
    this.#options.logger.debug('group offset not committed', { ...this.#names(), err });
  }

  async #failpoint(name: Failpoint): Promise<void> {
    await this.#options.failpoints[name]?.();
  }

  #names() {
    const { task, partition } = this.#options;
    return { taskId: task.taskId, task: task.taskName, lane: partition.index };
  }
}
