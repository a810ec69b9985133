import { isDeliveryError, type DeliveryError } from '@lakeferry/errors';
import { serviceLoop, systemClock } from '@lakeferry/runtime';
import { GroupSession, type Assignment } from './group-session.js';
import type { FetchLimits, KafkaConnection } from './kafka-connection.js';
import { toKafkaError } from './kafka-errors.js';
import { laneAssigner } from './lane-assigner.js';
import { PartitionFeed } from './partition-feed.js';

export interface PartitionGroupOptions {
  readonly kafka: KafkaConnection;
  readonly groupId: string;
  /** Co-partitioned: number k of all of them is owned by one member. The first one decides how many there are. */
  readonly topics: readonly string[];
  readonly fetch?: FetchLimits | undefined;
  /** Bytes read ahead per partition. */
  readonly bufferBytesMax?: number | undefined;
  /**
   * One life of a partition at this member: finds its position, reads, works, until the signal
   * aborts. Rejects on any error; then the partition recovers alone by living again, after a wait.
   * Whatever it opened is closed when it settles.
   */
  readonly live: (partition: number, feed: PartitionFeed, signal: AbortSignal) => Promise<void>;
  /** The partition stopped for good on an error with policy `halt` or `refuse`. */
  readonly onHalted: (partition: number, error: DeliveryError) => void;
  /** A passing error; the partition lives again after `waitMs`. */
  readonly onRetry?: ((partition: number, error: DeliveryError) => void) | undefined;
  readonly onCrash: (error: DeliveryError) => void;
}

interface Running {
  readonly feed: PartitionFeed;
  readonly ending: AbortController;
  /** Lets a halted partition live again. */
  wake: () => void;
}

const BUFFER_BYTES_MAX = 16 * 1024 * 1024;
const PARTITIONS_SIDE_BY_SIDE = 64;
const RETRY = { firstMs: 200, maxMs: 15_000, factor: 2 } as const;
const HOLD_MS = 15_000;
/** A life this long had no lasting trouble: the back-off starts anew. */
const HEALTHY_MS = 10_000;
const DRAIN_MS_MAX = 15_000;

/**
 * Runs the partitions that a consumer group gives to this process, each in a life of its own:
 * partitions that stay through a rebalance go on undisturbed, those that move end here before they
 * can begin here again, one that fails recovers without the others noticing.
 */
export class PartitionGroup {
  readonly session: GroupSession;
  readonly #options: PartitionGroupOptions;
  readonly #running = new Map<number, Running>();
  /** Last life of each partition, running or ending. */
  readonly #lives = new Map<number, Promise<void>>();

  constructor(options: PartitionGroupOptions) {
    this.#options = options;
    this.session = new GroupSession({
      kafka: options.kafka,
      groupId: options.groupId,
      topics: options.topics,
      assigner: laneAssigner,
      concurrency: PARTITIONS_SIDE_BY_SIDE,
      fetch: options.fetch,
      onJoin: (assignment, fresh) => this.#joined(assignment, fresh),
      onBatch: async (batch) =>
        (await this.#running.get(batch.partition)?.feed.offer(batch)) ?? false,
      onSkipped: ({ topic, partition, first, last }) =>
        this.#running.get(partition)?.feed.skipped(topic, first, last),
      onCrash: options.onCrash,
    });
  }

  /** Partition numbers owned at the moment, halted ones too. */
  get partitions(): readonly number[] {
    return [...this.#running.keys()].sort((a, b) => a - b);
  }

  start(): Promise<void> {
    return this.session.start();
  }

  /** Lets every partition finish the batch it is at (within bounds), then leaves the group. */
  async stop(): Promise<void> {
    this.#endAll();
    const drained = Promise.all(this.#lives.values());
    const limit = new AbortController();
    await Promise.race([drained, systemClock.sleep(DRAIN_MS_MAX, limit.signal)]);
    limit.abort();
    await this.session.stop();
    this.#endAll();
  }

  /** Makes a halted partition try again, when what halted it was mended. */
  resume(partition: number): void {
    this.#running.get(partition)?.wake();
  }

  #endAll(): void {
    for (const running of this.#running.values()) running.ending.abort();
    this.#running.clear();
  }

  #joined(assignment: Assignment, fresh: boolean): void {
    const owned = assignment.get(this.#options.topics[0] ?? '') ?? [];
    for (const [partition, running] of this.#running) {
      if (!fresh && owned.includes(partition)) {
        running.feed.rejoined();
      } else {
        running.ending.abort();
        this.#running.delete(partition);
      }
    }
    for (const partition of owned) {
      if (!this.#running.has(partition)) this.#begin(partition);
    }
    this.#options.kafka.logger.info('partitions assigned', {
      group: this.#options.groupId,
      detail: owned.join(','),
    });
  }

  #begin(partition: number): void {
    const feed = new PartitionFeed({
      control: this.session,
      topics: this.#options.topics,
      partition,
      bytesMax: this.#options.bufferBytesMax ?? BUFFER_BYTES_MAX,
    });
    const running: Running = { feed, ending: new AbortController(), wake: () => undefined };
    this.#running.set(partition, running);
    const before = this.#lives.get(partition) ?? Promise.resolve();
    this.#lives.set(
      partition,
      before.then(() => this.#run(partition, running)),
    );
  }

  async #run(partition: number, running: Running): Promise<void> {
    const { signal } = running.ending;
    while (!signal.aborted) {
      const halted = await this.#liveUntilHalt(partition, running);
      if (halted === undefined || signal.aborted) return;
      if (halted.action === 'crash') return this.#options.onCrash(halted);
      this.#options.onHalted(partition, halted);
      await new Promise<void>((resolve) => {
        running.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** @returns the error that the partition can't recover from by itself. */
  async #liveUntilHalt(partition: number, running: Running): Promise<DeliveryError | undefined> {
    const { kafka, groupId, live, onRetry } = this.#options;
    const { signal } = running.ending;
    const once = async () => {
      running.feed.renew();
      try {
        await live(partition, running.feed, signal);
      } catch (error) {
        throw toKafkaError(error, { partition, groupId });
      } finally {
        running.feed.stop();
      }
    };
    try {
      await serviceLoop(once, {
        signal,
        retry: RETRY,
        holdMs: HOLD_MS,
        healthyAfterMs: HEALTHY_MS,
        onFailure: ({ error, attempt, waitMs }) => {
          const fields = { group: groupId, partition, attempt, waitMs, err: error };
          if (waitMs < 1_000) kafka.logger.info('partition recovers', fields);
          else kafka.logger.warn('partition recovers', fields);
          if (isDeliveryError(error)) onRetry?.(partition, error);
        },
      });
      return undefined;
    } catch (error) {
      return toKafkaError(error, { partition, groupId });
    }
  }
}
