import type { Batch, Consumer, PartitionAssigner } from 'kafkajs';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import { serviceLoop, systemClock, type LoopFailure } from '@lakeferry/runtime';
import { toConsumedRecord, type ConsumedRecord } from './consumed-record.js';
import type { FetchLimits, KafkaConnection } from './kafka-connection.js';
import { toKafkaError } from './kafka-errors.js';
import { watchSilence, type SilenceWatch } from './silence-watch.js';
import { watchWallClock } from './wall-clock-watch.js';

/** Partitions by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/** What one fetch brought of one partition. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly fetchOffset: bigint;
  readonly firstOffset: bigint;
  /** Last offset of the batch, transaction markers included. */
  readonly lastOffset: bigint;
  readonly highWatermark: bigint;
  readonly records: readonly ConsumedRecord[];
  /** Whether the partition was sought elsewhere since the fetch: the batch must be ignored then. */
  isStale(): boolean;
}

/** Offsets that hold nothing but markers and aborted records. */
export interface SkippedRange {
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
}

export interface GroupSessionOptions {
  readonly kafka: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly assigner: PartitionAssigner;
  /** Batches of different partitions that are handed out side by side. */
  readonly concurrency: number;
  readonly fetch?: FetchLimits | undefined;
  /**
   * The group gave out its partitions; called before anything is fetched. Nothing of earlier
   * positions and pauses can be relied on: seek and pause here, synchronously.
   *
   * @param fresh this is a new member: somebody else may have owned the partitions in between.
   */
  readonly onJoin: (assignment: Assignment, fresh: boolean) => void;
  /**
   * @returns whether the batch was taken; if not it is fetched again, unless the partition is paused
   * or sought. Must be quick: heartbeats and the other partitions wait.
   */
  readonly onBatch: (batch: FetchedBatch) => Promise<boolean>;
  /** A range without visible records was passed. */
  readonly onSkipped?: (range: SkippedRange) => void;
  /** The session ended for good on an error that must end the process. */
  readonly onCrash: (error: DeliveryError) => void;
}

const RETRY = { firstMs: 100, maxMs: 5_000, factor: 2 } as const;
const HOLD_MS = 10_000;
/** A session that lived this long had no lasting trouble: its back-off starts anew. */
const HEALTHY_MS = 10_000;
/** Longer than any usual rebalance; a member that waits for two dead ones joins once more, and loses nothing. */
const SILENCE_MS_MAX = 20_000;
/** A consumer that hangs can't always be ended: nothing that it brings later counts. */
const DISCONNECT_MS_MAX = 5_000;

/**
 * Membership in one consumer group that outlives broker restarts. kafkajs ends a consumer for good
 * on some errors, restarts it on others and forgets positions and pauses either way; here every end
 * is the same: the consumer is thrown away, and a new one tells its assignment through `onJoin`.
 */
export class GroupSession {
  readonly #options: GroupSessionOptions;
  readonly #stopping = new AbortController();
  #consumer: Consumer | undefined;
  #memberId: string | undefined;
  #fail: (error: DeliveryError) => void = () => undefined;
  #loop: Promise<void> | undefined;
  #firstJoin = Promise.withResolvers<void>();

  constructor(options: GroupSessionOptions) {
    this.#options = options;
  }

  /** The member id in the group, while joined. */
  get memberId(): string | undefined {
    return this.#memberId;
  }

  /** Resolves when the group was joined, or the session ended. Passing errors are retried for ever. */
  async start(): Promise<void> {
    this.#loop = serviceLoop(() => this.#runOnce(), {
      signal: this.#stopping.signal,
      retry: RETRY,
      holdMs: HOLD_MS,
      healthyAfterMs: HEALTHY_MS,
      onFailure: (failure) => this.#report(failure),
    })
      .catch((error: unknown) => this.#options.onCrash(toKafkaError(error)))
      .finally(() => this.#firstJoin.resolve());
    await this.#firstJoin.promise;
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  seek(topic: string, partition: number, offset: bigint): void {
    this.#whenRunning((consumer) => consumer.seek({ topic, partition, offset: String(offset) }));
  }

  pause(topic: string, partition: number): void {
    this.#whenRunning((consumer) => consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume(topic: string, partition: number): void {
    this.#whenRunning((consumer) => consumer.resume([{ topic, partitions: [partition] }]));
  }

  /** Commits the group's offset: for people's tools, never read back. */
  async commitOffset(topic: string, partition: number, offset: bigint): Promise<void> {
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    try {
      await consumer.commitOffsets([{ topic, partition, offset: offset.toString() }]);
    } catch (error) {
      throw toKafkaError(error, { topic, partition });
    }
  }

  /** Between consumers there is nothing to do: `onJoin` states everything anew. */
  #whenRunning(action: (consumer: Consumer) => void): void {
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    try {
      action(consumer);
    } catch (error) {
      this.#options.kafka.logger.debug('consumer is between runs', {
        group: this.#options.groupId,
        err: error,
      });
    }
  }

  async #runOnce(): Promise<void> {
    const { kafka, groupId, assigner, fetch, topics, concurrency } = this.#options;
    const consumer = kafka.consumer({ groupId, assigner, fetch });
    const ended = Promise.withResolvers<void>();
    ended.promise.catch(() => undefined);
    this.#fail = (error) => ended.reject(error);
    const onAbort = () => ended.resolve();
    this.#stopping.signal.addEventListener('abort', onAbort, { once: true });
    const stopWatching = watchWallClock((byMs) => ended.reject(setBack(byMs)));
    let silence: SilenceWatch | undefined;
    let started: Promise<void> | undefined;
    consumer.on(consumer.events.HEARTBEAT, () => silence?.heard());
    consumer.on(consumer.events.GROUP_JOIN, () => silence?.heard());
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (this.#stopping.signal.aborted || this.#consumer !== consumer) return;
      this.#joined(payload.memberId, payload.memberAssignment);
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
      if (batchSize > 0 || (firstOffset as string | null) === null) return;
      const range = { first: BigInt(firstOffset), last: BigInt(lastOffset) };
      this.#options.onSkipped?.({ topic, partition, ...range });
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      this.#consumer = consumer;
      // Not before: a broker that lets clients wait for their connection is no group that is silent.
      silence = watchSilence(SILENCE_MS_MAX, (ms) => ended.reject(unanswered(ms)));
      started = consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: concurrency,
        eachBatch: async ({ batch, isStale, isRunning, resolveOffset }) => {
          if (isStale() || !isRunning() || this.#consumer !== consumer) return;
          const taken = await this.#handOut(batch, isStale);
          if (taken && !isStale()) resolveOffset(batch.lastOffset());
        },
      });
      started.catch((error: unknown) => ended.reject(error));
      await ended.promise;
    } catch (error) {
      throw toKafkaError(error, { groupId });
    } finally {
      stopWatching();
      silence?.end();
      this.#stopping.signal.removeEventListener('abort', onAbort);
      this.#consumer = undefined;
      await disconnect(consumer, started);
    }
  }

  #joined(memberId: string, memberAssignment: Record<string, number[]>): void {
    const fresh = memberId !== this.#memberId;
    this.#memberId = memberId;
    try {
      this.#options.onJoin(new Map(Object.entries(memberAssignment)), fresh);
    } catch (error) {
      this.#fail(toKafkaError(error));
    }
    this.#firstJoin.resolve();
  }

  async #handOut(batch: Batch, isStale: () => boolean): Promise<boolean> {
    const records = batch.messages.map(toConsumedRecord);
    const first = batch.firstOffset();
    if (records.length === 0 || first === null) return true;
    const { fetchedOffset } = batch as unknown as { fetchedOffset: string };
    try {
      return await this.#options.onBatch({
        topic: batch.topic,
        partition: batch.partition,
        fetchOffset: BigInt(fetchedOffset),
        firstOffset: BigInt(first),
        lastOffset: BigInt(batch.lastOffset()),
        highWatermark: BigInt(batch.highWatermark),
        records,
        isStale,
      });
    } catch (error) {
      this.#fail(isDeliveryError(error) ? error : toKafkaError(error));
      return false;
    }
  }

  #report({ error, attempt, waitMs }: LoopFailure): void {
    const fields = { group: this.#options.groupId, attempt, waitMs, err: error };
    const { logger } = this.#options.kafka;
    if (waitMs < 1_000) logger.info('consumer starts again', fields);
    else logger.warn('consumer starts again', fields);
  }
}

/**
 * Not before `run` has joined the group, or failed to: kafkajs forgets a consumer that is disconnected
 * while it joins, which joins all the same, and then holds partitions that nothing takes from it any more.
 */
async function disconnect(consumer: Consumer, started: Promise<void> | undefined): Promise<void> {
  const over = new AbortController();
  const disconnected = Promise.resolve(started)
    .catch(() => undefined)
    .then(() => consumer.disconnect())
    .catch(() => undefined);
  await Promise.race([disconnected, systemClock.sleep(DISCONNECT_MS_MAX, over.signal)]);
  over.abort();
}

function unanswered(silentMs: number): DeliveryError {
  return new DeliveryError('KAFKA_UNAVAILABLE', 'the group does not answer', {
    context: { seconds: Math.round(silentMs / 1000) },
  });
}

/** A new consumer counts its heartbeats by the clock as it is now. */
function setBack(byMs: number): DeliveryError {
  return new DeliveryError('KAFKA_UNAVAILABLE', 'the wall clock was set back', {
    context: { seconds: Math.round(byMs / 1000) },
  });
}
