import kafkajs, { type Producer } from 'kafkajs';
import { DeliveryError } from '@lakeferry/errors';
import { SerialQueue } from '@lakeferry/runtime';
import type { KafkaConnection } from './kafka-connection.js';
import { toKafkaError } from './kafka-errors.js';

export interface KeyedRecord {
  readonly key: string;
  /** `null` is a tombstone. */
  readonly value: string | Buffer | null;
  /** By the hash of the key unless named. */
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Writes keyed records outside of any transaction: statuses and desired states, where writing the
 * same again does no harm. Never to a partition that a `FencedProducer` writes.
 */
export class RecordPublisher {
  readonly #kafka: KafkaConnection;
  readonly #queue = new SerialQueue();
  #producer: Producer | undefined;
  #closed = false;
  /** The broker's clock less the time that passes here. */
  #brokerAheadMs: number | undefined;

  constructor(kafka: KafkaConnection) {
    this.#kafka = kafka;
  }

  /**
   * Resolves when the records are durable; in the order of the calls. After a rejection the records
   * may have been written all the same.
   */
  publish(topic: string, records: readonly KeyedRecord[]): Promise<void> {
    if (this.#closed) {
      return Promise.reject(
        new DeliveryError('KAFKA_UNAVAILABLE', 'the publisher is closed', { context: { topic } }),
      );
    }
    return this.#queue.run(() => this.#publish(topic, records));
  }

  /** The time by the broker's clock, which stamps records; undefined until it has stamped one of ours. */
  brokerNow(): number | undefined {
    if (this.#brokerAheadMs === undefined) return undefined;
    return Math.round(this.#brokerAheadMs + performance.now());
  }

  /** Finishes what was given to `publish`; what comes later is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.idle();
    await this.#discard();
  }

  async #publish(topic: string, records: readonly KeyedRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      const producer = this.#producer ?? (await this.#open());
      const stamped = await producer.send({
        topic,
        acks: -1,
        compression: kafkajs.CompressionTypes.ZSTD,
        messages: records.map(({ key, value, partition, headers }) => ({
          key,
          value,
          ...(partition === undefined ? {} : { partition }),
          ...(headers === undefined ? {} : { headers: { ...headers } }),
        })),
      });
      const times = stamped.map(({ logAppendTime = '-1' }) => Number(logAppendTime));
      const newest = Math.max(...times);
      if (newest > 0) this.#brokerAheadMs = newest - performance.now();
    } catch (error) {
      await this.#discard();
      throw toKafkaError(error, { topic });
    }
  }

  async #open(): Promise<Producer> {
    const producer = this.#kafka.idempotentProducer();
    this.#producer = producer;
    await producer.connect();
    return producer;
  }

  /** A producer that knows a deleted topic fails at all others too: a new one starts clean. */
  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }
}
