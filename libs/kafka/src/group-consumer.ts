import { DeliveryError } from '@lakeferry/errors';
import type { FetchLimits, KafkaConnection } from './kafka-connection.js';
import { toKafkaError } from './kafka-errors.js';
import type { LaneBatch, PartitionFeed } from './partition-feed.js';
import { PartitionGroup } from './partition-group.js';
import { assertHeld } from './held-position.js';

/** Where an assigned partition starts: an offset, the oldest record that is held, or not at all. */
export type StartPosition = { readonly offset: bigint } | 'beginning' | 'nothing';

/** What is done with the partitions. They run side by side; the calls for one never overlap. */
export interface PartitionProcessor {
  /** The partition is ours: says where to read. Called again after any error of the partition. */
  assigned(partition: AssignedPartition): Promise<StartPosition> | StartPosition;
  /** Records in order. Resolve when the next batch may come; reject to start anew from `assigned`. */
  process(partition: AssignedPartition, batch: LaneBatch): Promise<void>;
  /**
   * The partition moved, failed, or the consumer stops: drop its open state. Not called while
   * `process` runs; must not fail. The successor may have begun already.
   */
  released(partition: AssignedPartition): Promise<void> | void;
}

export interface GroupConsumerOptions {
  readonly kafka: KafkaConnection;
  readonly groupId: string;
  readonly topic: string;
  /** Offsets of a compacted topic have gaps: lost records can't be noticed there. */
  readonly compacted: boolean;
  readonly processor: PartitionProcessor;
  readonly onHalted: (partition: number, error: DeliveryError) => void;
  /** A passing error: the partition starts anew by itself. */
  readonly onRetry?: (partition: number, error: DeliveryError) => void;
  readonly onCrash: (error: DeliveryError) => void;
  readonly fetch?: FetchLimits;
  readonly bufferBytesMax?: number;
}

/** One life of a partition at this process. One that is over does nothing any more. */
export class AssignedPartition {
  readonly index: number;
  readonly #feed: PartitionFeed;
  readonly #commit: (offset: bigint) => Promise<void>;
  readonly #ended = new AbortController();

  constructor(index: number, feed: PartitionFeed, commit: (offset: bigint) => Promise<void>) {
    this.index = index;
    this.#feed = feed;
    this.#commit = commit;
  }

  /** Aborts when the partition is over or about to be: a `process` that waits must return then. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get isOver(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Commits the group's offset: for people's tools, and never a position to start from. */
  async commitOffset(next: bigint): Promise<void> {
    if (!this.isOver) await this.#commit(next);
  }

  /** Ends this life of the partition with an error, from anywhere. */
  fail(error: unknown): void {
    if (!this.isOver) this.#feed.fail(toKafkaError(error, { partition: this.index }));
  }

  /** For `GroupConsumer` only. */
  end(): void {
    this.#ended.abort();
  }
}

/** Partitions of one topic shared out in a group; where each starts is the caller's knowledge. */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #group: PartitionGroup;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#group = new PartitionGroup({
      kafka: options.kafka,
      groupId: options.groupId,
      topics: [options.topic],
      fetch: options.fetch,
      bufferBytesMax: options.bufferBytesMax,
      live: (partition, feed, signal) => this.#live(partition, feed, signal),
      onHalted: options.onHalted,
      onRetry: options.onRetry,
      onCrash: options.onCrash,
    });
  }

  /** Partitions owned at the moment, halted ones too. */
  get partitions(): readonly number[] {
    return this.#group.partitions;
  }

  /** Resolves when the group was joined. */
  start(): Promise<void> {
    return this.#group.start();
  }

  /** Finishes the batches that are being processed, releases the partitions, leaves the group. */
  stop(): Promise<void> {
    return this.#group.stop();
  }

  /** Makes a halted partition start anew. */
  resume(partition: number): void {
    this.#group.resume(partition);
  }

  /** Asks the group's coordinator: `true` only if it is certain that the partition is ours now. */
  async stillOwner(partition: number): Promise<boolean> {
    const { kafka, groupId, topic } = this.#options;
    const memberId = this.#group.session.memberId;
    const group = await kafka.topics.describeGroup(groupId);
    const member = group.members.find((each) => each.memberId === memberId);
    const owned = member?.assignment.get(topic)?.includes(partition) === true;
    return group.state === 'Stable' && owned;
  }

  async #live(index: number, feed: PartitionFeed, signal: AbortSignal): Promise<void> {
    const { topic, processor } = this.#options;
    const partition = new AssignedPartition(index, feed, (offset) =>
      this.#group.session.commitOffset(topic, index, offset),
    );
    const end = () => partition.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      const start = await processor.assigned(partition);
      await this.#begin({ partition: index, feed, start, signal });
      for (;;) {
        const batch = await feed.take(signal);
        if (batch === undefined) return;
        await processor.process(partition, batch);
      }
    } finally {
      signal.removeEventListener('abort', end);
      feed.stop();
      partition.end();
      await processor.released(partition);
    }
  }

  async #begin(at: {
    readonly partition: number;
    readonly feed: PartitionFeed;
    readonly start: StartPosition;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { partition, feed, start, signal } = at;
    if (start === 'nothing') return;
    const { kafka, topic, compacted } = this.#options;
    const offset =
      start === 'beginning'
        ? ((await kafka.topics.watermarks(topic)).get(partition)?.low ?? 0n)
        : start.offset;
    if (!compacted) await assertHeld(kafka.topics, { topic, partition, offset }, signal);
    feed.read({ topic, offset, compacted });
  }
}
