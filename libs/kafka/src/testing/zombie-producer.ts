import type { Producer, Transaction } from 'kafkajs';
import type { KafkaConnection } from '../kafka-connection.js';

export interface ZombieRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key?: string;
  readonly value: string;
}

/** A transactional producer that stops where the test wants it: a process that was paused or killed. */
export class ZombieProducer {
  readonly #producer: Producer;
  #transaction: Transaction | undefined;

  private constructor(producer: Producer) {
    this.#producer = producer;
  }

  static async open(kafka: KafkaConnection, transactionalId: string): Promise<ZombieProducer> {
    const producer = kafka.transactionalProducer(transactionalId);
    await producer.connect();
    return new ZombieProducer(producer);
  }

  /** Writes into the open transaction, beginning one if there is none. */
  async write(records: readonly ZombieRecord[]): Promise<void> {
    this.#transaction ??= await this.#producer.transaction();
    for (const { topic, partition, key, value } of records) {
      await this.#transaction.send({
        topic,
        acks: -1,
        messages: [{ partition, key: key ?? null, value }],
      });
    }
  }

  /** Wakes up and commits, as if nothing had happened. */
  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#transaction = undefined;
  }

  async abort(): Promise<void> {
    await this.#transaction?.abort();
    this.#transaction = undefined;
  }

  /** Leaves an open transaction dangling. */
  async vanish(): Promise<void> {
    await this.#producer.disconnect();
  }
}
