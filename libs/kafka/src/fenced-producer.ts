import { randomUUID } from 'node:crypto';
import kafkajs, { type Producer } from 'kafkajs';
import { FENCE_KEY } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { SerialQueue } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { ConsumedRecord } from './consumed-record.js';
import type { KafkaConnection } from './kafka-connection.js';
import { toKafkaError } from './kafka-errors.js';
import { readPartitionUntil } from './partition-reader.js';
import { splitSends, type TopicMessages, type TransactionSend } from './transaction-sends.js';

export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

/** Where a group stands, for people's tools: nothing here reads it back. */
export interface GroupOffsets {
  readonly groupId: string;
  readonly offsets: readonly (PartitionId & { readonly offset: bigint })[];
}

/** What becomes visible together, or not at all. */
export interface FencedStep {
  readonly messages: readonly TopicMessages[];
  readonly offsets?: GroupOffsets | undefined;
}

export interface FenceOptions {
  readonly kafka: KafkaConnection;
  /** One per partition that is read as committed; the same for every successor. */
  readonly transactionalId: string;
  /** The partition that holds the position of this producer, written by nobody else. */
  readonly checkpoint: PartitionId;
}

export interface OpenFencedOptions extends FenceOptions {
  /**
   * Gets every committed record of the checkpoint partition in order, fence records excepted. The
   * fold of them is the truth about what predecessors committed, a lost commit answer included.
   */
  readonly onCheckpoint: (record: ConsumedRecord) => void;
  /** Whether the source, scan or lane is still ours: asked before a producer is made. */
  readonly stillOwner: () => Promise<boolean> | boolean;
  readonly signal?: AbortSignal | undefined;
}

const COMPRESSION = {
  zstd: kafkajs.CompressionTypes.ZSTD,
  none: kafkajs.CompressionTypes.None,
} as const;

/**
 * A transactional producer that has fenced its predecessors.
 *
 * Fencing is a committed record, not a connection: once `fence` has returned no transaction of a
 * predecessor can be committed any more, and who has read the checkpoint partition up to the fence
 * record has read all that ever was.
 *
 * After any error the producer is over: whether the transaction took place is unknown, and kafkajs
 * can't go on after a failed commit. Open another; the folded checkpoints tell what happened.
 */
export class FencedProducer {
  readonly #producer: Producer;
  readonly #transactionalId: string;
  readonly #queue = new SerialQueue();
  #failure: DeliveryError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(producer: Producer, transactionalId: string) {
    this.#producer = producer;
    this.#transactionalId = transactionalId;
  }

  /**
   * Commits a fence record and leaves the reading of the checkpoint partition to the caller.
   * Confirm ownership before calling this after a KAFKA_FENCED: else two processes fence each other
   * for ever.
   */
  static async fence(
    options: FenceOptions,
  ): Promise<{ readonly producer: FencedProducer; readonly fenceId: string }> {
    const { kafka, transactionalId, checkpoint } = options;
    const fenceId = randomUUID();
    const client = kafka.transactionalProducer(transactionalId);
    const producer = new FencedProducer(client, transactionalId);
    try {
      await client.connect();
    } catch (error) {
      await producer.close();
      throw toKafkaError(error, { transactionalId });
    }
    const fence = { partition: checkpoint.partition, key: FENCE_KEY, value: fenceId };
    await producer.commit({ messages: [{ topic: checkpoint.topic, messages: [fence] }] });
    return { producer, fenceId };
  }

  /**
   * Confirms ownership, fences, and folds the checkpoint partition: start and recovery in one.
   *
   * @throws DeliveryError KAFKA_FENCED when `stillOwner` says no.
   */
  static async open(options: OpenFencedOptions): Promise<FencedProducer> {
    if (!(await options.stillOwner())) {
      throw new DeliveryError('KAFKA_FENCED', 'this process is not the owner any more', {
        context: { transactionalId: options.transactionalId },
      });
    }
    const { producer, fenceId } = await FencedProducer.fence(options);
    try {
      await readPartitionUntil({
        kafka: options.kafka,
        ...options.checkpoint,
        fenceId,
        onRecord: options.onCheckpoint,
        signal: options.signal,
      });
      return producer;
    } catch (error) {
      await producer.close();
      throw toKafkaError(error, { transactionalId: options.transactionalId });
    }
  }

  /** Whether an error has ended this producer. */
  get isOver(): boolean {
    return this.#failure !== undefined || this.#closing !== undefined;
  }

  /**
   * One transaction, all or nothing. Steps are committed one after the other in the order of the
   * calls; after a failed one all later ones fail without being tried.
   *
   * @throws DeliveryError KAFKA_FENCED, KAFKA_UNAVAILABLE (it may have been committed all the same),
   *   KAFKA_REFUSED
   */
  commit(step: FencedStep): Promise<void> {
    return this.#queue.run(() => this.#commit(step));
  }

  /** Ends the producer. An open transaction is aborted by the successor's fence, or by timeout. */
  close(): Promise<void> {
    this.#closing ??= this.#producer.disconnect().catch(() => undefined);
    return this.#closing;
  }

  async #commit(step: FencedStep): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) {
      throw new DeliveryError('KAFKA_FENCED', 'the producer was closed', {
        context: { transactionalId: this.#transactionalId },
      });
    }
    const sends = splitSends(step.messages);
    try {
      const transaction = await this.#producer.transaction();
      for (const [index, send] of sends.entries()) {
        if (index > 0) {
          await failpoint('kafka.between-sends');
        }
        await transaction.sendBatch(toBatch(send));
      }
      await failpoint('kafka.before-offsets');
      if (step.offsets !== undefined) await transaction.sendOffsets(toSendOffsets(step.offsets));
      await failpoint('kafka.before-commit');
      await transaction.commit();
      await failpoint('kafka.after-commit');
    } catch (error) {
      this.#failure = toKafkaError(error, { transactionalId: this.#transactionalId });
      void this.close();
      throw this.#failure;
    }
  }
}

function toBatch(send: TransactionSend) {
  return {
    acks: -1,
    compression: COMPRESSION[send.compression],
    topicMessages: send.topicMessages.map(({ topic, messages }) => ({
      topic,
      messages: messages.map(({ partition, key, value, headers }) => ({
        partition,
        key: key ?? null,
        value,
        ...(headers === undefined ? {} : { headers: { ...headers } }),
      })),
    })),
  };
}

function toSendOffsets({ groupId, offsets }: GroupOffsets) {
  const byTopic = Map.groupBy(offsets, (each) => each.topic);
  return {
    consumerGroupId: groupId,
    topics: [...byTopic].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, offset }) => ({
        partition,
        offset: offset.toString(),
      })),
    })),
  };
}
