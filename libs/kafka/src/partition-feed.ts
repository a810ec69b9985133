import { DeliveryError } from '@lakeferry/errors';
import { recordBytes, type ConsumedRecord } from './consumed-record.js';
import { FetchPosition } from './fetch-position.js';
import type { FetchedBatch } from './group-session.js';

/** Records of one partition in order, committed only. */
export interface LaneBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ConsumedRecord[];
  /** Offset to read from when everything up to the end of this batch is done. */
  readonly nextOffset: bigint;
  /** End of the partition when the batch was fetched: the lag is `highWatermark - nextOffset`. */
  readonly highWatermark: bigint;
  readonly bytes: number;
}

/** Steers the fetching of partitions; implemented by `GroupSession`. */
export interface FetchControl {
  seek(topic: string, partition: number, offset: bigint): void;
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
}

export interface FeedSource {
  readonly topic: string;
  readonly offset: bigint;
  /** Offsets may have gaps: no guard against skipped records is possible. */
  readonly compacted: boolean;
}

interface Reading {
  readonly source: FeedSource;
  readonly position: FetchPosition;
  /** Next offset by what was handed on; the position of a compacted topic. */
  next: bigint;
  /** The buffer was full: the partition is paused until there is room. */
  throttled: boolean;
}

/** How long a full buffer may hold up the fetching of all partitions before this one is paused. */
const ROOM_WAIT_MS_MAX = 200;

/**
 * What one partition number reads: at most one of its group's topics at a time, through a bounded
 * buffer. The fetch loop fills it, the owner of the partition empties it, and neither waits for the
 * other for long: one slow partition must not stop heartbeats or other partitions.
 *
 * The position moves when a batch enters the buffer; after a rebalance that left the partition here
 * reading goes on behind it, so that nothing is read twice.
 */
export class PartitionFeed {
  readonly #control: FetchControl;
  readonly #topics: readonly string[];
  readonly #partition: number;
  readonly #bytesMax: number;
  #reading: Reading | undefined;
  #buffer: LaneBatch[] = [];
  #bufferBytes = 0;
  #failure: DeliveryError | undefined;
  /** Wakes the reader: a batch or a failure is there. */
  #wakeReader: () => void = () => undefined;
  /** Wakes the fetch loop: there may be room, or nothing is read any more. */
  #wakeFetcher: () => void = () => undefined;

  constructor(options: {
    readonly control: FetchControl;
    readonly topics: readonly string[];
    readonly partition: number;
    readonly bytesMax: number;
  }) {
    this.#control = options.control;
    this.#topics = options.topics;
    this.#partition = options.partition;
    this.#bytesMax = options.bytesMax;
    this.#steer();
  }

  /** Drops what is buffered and reads from there, that topic only. */
  read(source: FeedSource): void {
    this.#reset({
      source,
      position: new FetchPosition(source.offset),
      next: source.offset,
      throttled: false,
    });
  }

  /** Drops what is buffered and reads nothing. */
  stop(): void {
    this.#reset(undefined);
  }

  /** A new life: reads nothing, and failures of the last one are forgotten. */
  renew(): void {
    this.#failure = undefined;
    this.stop();
  }

  /** The group was joined again and the partition stayed: states pauses and position anew. */
  rejoined(): void {
    this.#steer();
  }

  /** Makes `take` reject, now and until `renew`. The first failure counts. */
  fail(error: DeliveryError): void {
    this.#failure ??= error;
    this.#wakeReader();
    this.#wakeFetcher();
  }

  /** The next batch; `undefined` when the signal aborts first. */
  async take(signal: AbortSignal): Promise<LaneBatch | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (signal.aborted) return undefined;
      const batch = this.#buffer.shift();
      if (batch !== undefined) {
        this.#bufferBytes -= batch.bytes;
        this.#makeRoom();
        return batch;
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#wakeReader = done;
        signal.addEventListener('abort', done, { once: true });
      });
    }
  }

  /** From the fetch loop. @returns whether the batch was taken into the buffer. */
  async offer(batch: FetchedBatch): Promise<boolean> {
    const reading = this.#reading;
    if (reading === undefined || reading.source.topic !== batch.topic) {
      this.#control.pause(batch.topic, this.#partition);
      return false;
    }
    if (this.#isFull()) {
      await this.#room();
      if (this.#reading !== reading || batch.isStale()) return false;
      if (this.#isFull()) {
        reading.throttled = true;
        this.#control.pause(batch.topic, this.#partition);
        return false;
      }
    }
    return this.#accept(reading, batch);
  }

  /** From the fetch loop: a range without visible records was passed. */
  skipped(topic: string, first: bigint, last: bigint): void {
    const reading = this.#reading;
    if (reading !== undefined && reading.source.topic === topic && !reading.source.compacted) {
      reading.position.skipped(first, last);
    }
  }

  #accept(reading: Reading, batch: FetchedBatch): boolean {
    const { topic, compacted } = reading.source;
    const range = { fetch: batch.fetchOffset, first: batch.firstOffset, last: batch.lastOffset };
    const expected = reading.position.expected;
    if (!compacted && !reading.position.accept(range)) {
      this.#control.pause(topic, this.#partition);
      this.fail(
        new DeliveryError(
          'KAFKA_OFFSET_OUT_OF_RANGE',
          'records to be read are gone from the topic',
          {
            context: { topic, partition: this.#partition, expected, found: batch.firstOffset },
          },
        ),
      );
      return false;
    }
    const records = batch.records.filter((record) => record.offset >= reading.next);
    reading.next = batch.lastOffset + 1n;
    if (records.length === 0) return true;
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
    this.#bufferBytes += bytes;
    this.#buffer.push({
      topic,
      partition: this.#partition,
      records,
      nextOffset: reading.next,
      highWatermark: batch.highWatermark,
      bytes,
    });
    this.#wakeReader();
    return true;
  }

  #isFull(): boolean {
    return this.#bufferBytes >= this.#bytesMax;
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ROOM_WAIT_MS_MAX);
      this.#wakeFetcher = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #makeRoom(): void {
    const reading = this.#reading;
    if (this.#isFull()) return;
    this.#wakeFetcher();
    if (reading?.throttled !== true || this.#bufferBytes > this.#bytesMax / 2) return;
    reading.throttled = false;
    this.#control.resume(reading.source.topic, this.#partition);
  }

  #reset(reading: Reading | undefined): void {
    this.#reading = reading;
    this.#buffer = [];
    this.#bufferBytes = 0;
    this.#steer();
    this.#wakeFetcher();
  }

  #steer(): void {
    const reading = this.#reading;
    for (const topic of this.#topics) {
      if (topic !== reading?.source.topic) this.#control.pause(topic, this.#partition);
    }
    if (reading === undefined) return;
    const { source, position } = reading;
    position.resumed();
    this.#control.seek(
      source.topic,
      this.#partition,
      source.compacted ? reading.next : position.expected,
    );
    if (reading.throttled) this.#control.pause(source.topic, this.#partition);
    else this.#control.resume(source.topic, this.#partition);
  }
}
