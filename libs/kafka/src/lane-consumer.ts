import { LANE_CHECKPOINT_KEY } from '@lakeferry/contracts';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import { FencedProducer } from './fenced-producer.js';
import type { FetchLimits, KafkaConnection } from './kafka-connection.js';
import { Lane, type InputPosition } from './lane.js';
import { fenceIdOf } from './partition-reader.js';
import type { LaneBatch, PartitionFeed } from './partition-feed.js';
import { PartitionGroup } from './partition-group.js';

/** What a stage does with its lanes. Lanes run side by side; the calls for one lane never overlap. */
export interface LaneProcessor {
  /**
   * The lane is ours, predecessors are fenced, and this is the last checkpoint that was committed.
   * Says where to read; `undefined` reads nothing until `switchInput`. Called at start, after the
   * lane came here, and after any error of the lane, with a new `Lane` each time.
   */
  recovered(lane: Lane, checkpoint: Buffer | undefined): Promise<InputPosition | undefined>;
  /**
   * Records in order. Resolve when the next batch may come, not when these are durable. Rejecting
   * makes the lane recover from its checkpoint (`retry`, `hold`), halt, or end the process, as the
   * error's policy says.
   */
  process(lane: Lane, batch: LaneBatch): Promise<void>;
  /**
   * The `Lane` given to `recovered` is over: it moved, failed, or the consumer stops. Drop its open
   * state. Not called while `process` runs; must not fail.
   */
  released(lane: Lane): Promise<void> | void;
}

export interface LaneConsumerOptions {
  readonly kafka: KafkaConnection;
  readonly groupId: string;
  /** Compacted topic of the checkpoints; partition = lane. */
  readonly lanesTopic: string;
  /** Topics a lane may read, one at a time; as many partitions as `lanesTopic`. Not compacted. */
  readonly inputTopics: readonly string[];
  readonly transactionalId: (lane: number) => string;
  readonly processor: LaneProcessor;
  /** The lane stands still until the cause is mended and `resume` is called, or it moves. */
  readonly onHalted: (lane: number, error: DeliveryError) => void;
  /** A passing error: the lane recovers by itself. */
  readonly onRetry?: (lane: number, error: DeliveryError) => void;
  /** A broken invariant: end the process. */
  readonly onCrash: (error: DeliveryError) => void;
  readonly fetch?: FetchLimits;
  readonly bufferBytesMax?: number;
}

const FENCE_TIMEOUT_MS = 30_000;

/**
 * The lanes of one task at one stage, read exactly once: position and output of a lane are committed
 * together by its fenced producer, and every start, rebalance and error goes through the one
 * recovery of `#live`: fence, fold the checkpoints up to the fence, seek the input.
 */
export class LaneConsumer {
  readonly #options: LaneConsumerOptions;
  readonly #group: PartitionGroup;
  /** Lanes whose last life ended because another producer took over. */
  readonly #fenced = new Set<number>();

  constructor(options: LaneConsumerOptions) {
    this.#options = options;
    this.#group = new PartitionGroup({
      kafka: options.kafka,
      groupId: options.groupId,
      topics: [options.lanesTopic, ...options.inputTopics],
      fetch: options.fetch,
      bufferBytesMax: options.bufferBytesMax,
      live: (lane, feed, signal) => this.#live(lane, feed, signal),
      onHalted: options.onHalted,
      onRetry: options.onRetry,
      onCrash: options.onCrash,
    });
  }

  /** Lanes owned at the moment, halted ones too. */
  get lanes(): readonly number[] {
    return this.#group.partitions;
  }

  /** Resolves when the group was joined; lanes recover behind it. */
  start(): Promise<void> {
    return this.#group.start();
  }

  /** Finishes the batches that are being processed, releases the lanes, leaves the group. */
  stop(): Promise<void> {
    return this.#group.stop();
  }

  /** Makes a halted lane recover. */
  resume(lane: number): void {
    this.#group.resume(lane);
  }

  async #live(index: number, feed: PartitionFeed, signal: AbortSignal): Promise<void> {
    const { kafka, lanesTopic, processor, groupId } = this.#options;
    if (this.#fenced.has(index)) await this.#confirmOwnership(index);
    const transactionalId = this.#options.transactionalId(index);
    const checkpointPartition = { topic: lanesTopic, partition: index };
    const { producer, fenceId } = await FencedProducer.fence({
      kafka,
      transactionalId,
      checkpoint: checkpointPartition,
    });
    this.#fenced.delete(index);
    let lane: Lane | undefined;
    try {
      const checkpoint = await this.#fold(feed, fenceId, signal);
      if (signal.aborted) return;
      lane = new Lane({ index, groupId, producer, feed, topics: kafka.topics, leaving: signal });
      const position = await processor.recovered(lane, checkpoint);
      if (position !== undefined && !lane.isOver) await lane.startAt(position);
      for (;;) {
        const batch = await feed.take(signal);
        if (batch === undefined) return;
        await processor.process(lane, batch);
      }
    } catch (error) {
      if (isDeliveryError(error) && error.code === 'KAFKA_FENCED') this.#fenced.add(index);
      throw error;
    } finally {
      feed.stop();
      lane?.end();
      if (lane !== undefined) await processor.released(lane);
      await producer.close();
    }
  }

  /** The last committed checkpoint: everything before our fence record is all there is. */
  async #fold(
    feed: PartitionFeed,
    fenceId: string,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const timeout = AbortSignal.timeout(FENCE_TIMEOUT_MS);
    const either = AbortSignal.any([signal, timeout]);
    let checkpoint: Buffer | undefined;
    feed.read({ topic: this.#options.lanesTopic, offset: 0n, compacted: true });
    for (;;) {
      const batch = await feed.take(either);
      if (batch === undefined) break;
      for (const record of batch.records) {
        if (fenceIdOf(record) === fenceId) {
          feed.stop();
          return checkpoint;
        }
        if (record.key?.toString('utf8') === LANE_CHECKPOINT_KEY) {
          checkpoint = record.value ?? undefined;
        }
      }
    }
    if (signal.aborted) return undefined;
    throw new DeliveryError('KAFKA_UNAVAILABLE', 'the fence record was not seen in time', {
      context: { topic: this.#options.lanesTopic },
    });
  }

  /**
   * What fenced us may have been the new owner: only the group's coordinator knows. Until it says
   * that the lane is ours, no producer is made; if it is not, the next assignment takes it away.
   */
  async #confirmOwnership(index: number): Promise<void> {
    const { kafka, groupId, lanesTopic } = this.#options;
    const group = await kafka.topics.describeGroup(groupId);
    const memberId = this.#group.session.memberId;
    const member = group.members.find((each) => each.memberId === memberId);
    const owns = member?.assignment.get(lanesTopic)?.includes(index) === true;
    if (group.state === 'Stable' && owns) return;
    throw new DeliveryError('KAFKA_FENCED', 'the lane belongs to another member', {
      context: { groupId, lane: index, state: group.state },
    });
  }
}
