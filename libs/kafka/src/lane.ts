import { DeliveryError } from '@lakeferry/errors';
import type { FencedProducer, GroupOffsets } from './fenced-producer.js';
import { toKafkaError } from './kafka-errors.js';
import type { PartitionFeed } from './partition-feed.js';
import { assertHeld } from './held-position.js';
import type { Topics } from './topics.js';
import type { TopicMessages } from './transaction-sends.js';

/** Which input a lane reads, and from where. */
export interface InputPosition {
  readonly topic: string;
  readonly offset: bigint;
}

/** What a lane makes visible together: files, marks, dirty rows and its checkpoint. */
export interface LaneStep {
  readonly messages: readonly TopicMessages[];
  /** The group's offset of the input, for people's tools. */
  readonly consumed?: InputPosition | undefined;
}

/**
 * One life of a lane at this process, from recovery until it moves or fails. A `Lane` that is over
 * refuses everything, so that late timers and callbacks can do no harm.
 */
export class Lane {
  readonly index: number;
  /**
   * Aborts when the lane is to end here: what waits within `process` gives up now. Its batch may
   * still be finished and committed; `signal` aborts behind it.
   */
  readonly leaving: AbortSignal;
  readonly #groupId: string;
  readonly #producer: FencedProducer;
  readonly #feed: PartitionFeed;
  readonly #topics: Topics;
  readonly #ended = new AbortController();

  constructor(options: {
    readonly index: number;
    readonly groupId: string;
    readonly producer: FencedProducer;
    readonly feed: PartitionFeed;
    readonly topics: Topics;
    readonly leaving: AbortSignal;
  }) {
    this.index = options.index;
    this.leaving = options.leaving;
    this.#groupId = options.groupId;
    this.#producer = options.producer;
    this.#feed = options.feed;
    this.#topics = options.topics;
  }

  /** Aborts when the lane is over. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get isOver(): boolean {
    return this.#ended.signal.aborted;
  }

  /**
   * One transaction, all or nothing; steps are committed in the order of the calls. A failure ends
   * this life of the lane, whether or not the caller lets the error through: after recovery the
   * checkpoint shows whether the step was committed.
   */
  async commit(step: LaneStep): Promise<void> {
    this.#assertLive();
    try {
      await this.#producer.commit({ messages: step.messages, offsets: this.#offsets(step) });
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /**
   * Reads another input, or the same one from elsewhere; what was read ahead is dropped.
   * @throws DeliveryError KAFKA_OFFSET_OUT_OF_RANGE
   */
  async switchInput(position: InputPosition): Promise<void> {
    this.#assertLive();
    this.#feed.stop();
    await this.startAt(position);
  }

  /** Ends this life of the lane with an error, from anywhere: a timer, a worker thread. */
  fail(error: unknown): void {
    if (!this.isOver) this.#feed.fail(toKafkaError(error, { lane: this.index }));
  }

  /** For `LaneConsumer` only. */
  async startAt({ topic, offset }: InputPosition): Promise<void> {
    await assertHeld(this.#topics, { topic, partition: this.index, offset }, this.signal);
    if (this.isOver) return;
    this.#feed.read({ topic, offset, compacted: false });
  }

  /** For `LaneConsumer` only. */
  end(): void {
    this.#ended.abort();
  }

  #offsets({ consumed }: LaneStep): GroupOffsets | undefined {
    if (consumed === undefined) return undefined;
    return { groupId: this.#groupId, offsets: [{ ...consumed, partition: this.index }] };
  }

  #assertLive(): void {
    if (!this.isOver) return;
    throw new DeliveryError('KAFKA_FENCED', 'this life of the lane is over', {
      context: { lane: this.index, groupId: this.#groupId },
    });
  }
}
