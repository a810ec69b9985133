import { randomUUID } from 'node:crypto';
import type { DeliveryError } from '@lakeferry/errors';
import { serviceLoop } from '@lakeferry/runtime';
import type { ConsumedRecord } from './consumed-record.js';
import { GroupSession, type Assignment, type FetchedBatch } from './group-session.js';
import type { KafkaConnection } from './kafka-connection.js';
import { laneAssigner } from './lane-assigner.js';
import type { Watermarks } from './topics.js';

export interface FollowedRecord extends ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicFollowerOptions {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  /**
   * Gets each committed record once, in order within its partition. An error with policy `retry` or
   * `hold` makes the record come again; any other ends the follower through `onCrash`.
   */
  readonly onRecord: (record: FollowedRecord) => void | Promise<void>;
  readonly onCrash: (error: DeliveryError) => void;
}

/**
 * Follows a whole topic from its beginning: all partitions, committed records only. The group has a
 * random name, so every follower sees everything; positions live in memory and survive broker
 * restarts, not process restarts.
 */
export class TopicFollower {
  readonly #options: TopicFollowerOptions;
  readonly #session: GroupSession;
  readonly #stopping = new AbortController();
  readonly #next = new Map<number, bigint>();
  /** Ends of the partitions when the follower started, minus those that were reached. */
  #missing: Map<number, bigint> | undefined;
  readonly #caughtUp = Promise.withResolvers<void>();

  constructor(options: TopicFollowerOptions) {
    this.#options = options;
    this.#session = new GroupSession({
      kafka: options.kafka,
      groupId: `lakeferry.follow.${randomUUID()}`,
      topics: [options.topic],
      assigner: laneAssigner,
      concurrency: 1,
      onJoin: (assignment) => this.#joined(assignment),
      onBatch: (batch) => this.#handOut(batch),
      onSkipped: ({ partition, last }) => this.#advance(partition, last + 1n),
      onCrash: (error) => {
        options.onCrash(error);
        this.#caughtUp.resolve();
      },
    });
  }

  /**
   * Resolves when every record that was committed before the call has been handed to `onRecord`, or
   * the follower has ended.
   */
  async start(): Promise<void> {
    const held = await this.#watermarks();
    if (held === undefined) return;
    const ends = [...held].filter(([, marks]) => marks.low < marks.high);
    this.#missing = new Map(ends.map(([partition, marks]) => [partition, marks.high]));
    if (this.#missing.size === 0) this.#caughtUp.resolve();
    await this.#session.start();
    await this.#caughtUp.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#caughtUp.resolve();
    await this.#session.stop();
  }

  /** Tried until Kafka answers; `undefined` when the follower was stopped meanwhile. */
  async #watermarks(): Promise<ReadonlyMap<number, Watermarks> | undefined> {
    const { kafka, topic } = this.#options;
    let held: ReadonlyMap<number, Watermarks> | undefined;
    await serviceLoop(
      async () => {
        held = await kafka.topics.watermarks(topic);
      },
      {
        signal: this.#stopping.signal,
        retry: { firstMs: 100, maxMs: 5_000, factor: 2 },
        holdMs: 10_000,
        onFailure: ({ error, attempt, waitMs }) =>
          kafka.logger.warn('topic can not be followed yet', {
            topic,
            attempt,
            waitMs,
            err: error,
          }),
      },
    );
    return held;
  }

  #joined(assignment: Assignment): void {
    for (const partition of assignment.get(this.#options.topic) ?? []) {
      this.#session.seek(this.#options.topic, partition, this.#next.get(partition) ?? 0n);
    }
  }

  async #handOut(batch: FetchedBatch): Promise<boolean> {
    const { topic, partition } = batch;
    for (const record of batch.records) {
      if (record.offset < (this.#next.get(partition) ?? 0n)) continue;
      await this.#options.onRecord({ ...record, topic, partition });
      this.#advance(partition, record.offset + 1n);
    }
    this.#advance(partition, batch.lastOffset + 1n);
    return true;
  }

  #advance(partition: number, next: bigint): void {
    if (next > (this.#next.get(partition) ?? 0n)) this.#next.set(partition, next);
    const end = this.#missing?.get(partition);
    if (end === undefined || next < end) return;
    this.#missing?.delete(partition);
    if (this.#missing?.size === 0) this.#caughtUp.resolve();
  }
}
