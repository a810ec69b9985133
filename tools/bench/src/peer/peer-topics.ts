import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';

const RECORD_BYTES_MAX = 16 * 1024 * 1024;
const READY_MS_MAX = 30_000;
const EVERY_MS = 50;

/** Topics of one run, of one partition each. */
export class PeerTopics {
  private constructor(
    private readonly admin: Admin,
    private readonly topics: readonly string[],
  ) {}

  /** Makes the topics: a producer must find them. */
  static async create(brokers: readonly string[], topics: readonly string[]): Promise<PeerTopics> {
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId: 'bench-peer',
      logLevel: kafkajs.logLevel.NOTHING,
    });
    // A client of its own for each run: one that has seen a topic deleted fails at the others too.
    const admin = kafka.admin();
    await admin.connect();
    const created = new PeerTopics(admin, topics);
    try {
      await admin.createTopics({ waitForLeaders: false, topics: topics.map(topicConfig) });
      await created.untilReady();
      return created;
    } catch (error) {
      await created.delete().catch(() => undefined);
      throw error;
    }
  }

  /** How many records a topic has got. */
  async records(topic: string): Promise<number> {
    const partitions = await this.admin.fetchTopicOffsets(topic);
    return partitions.reduce((sum, { high }) => sum + Number(high), 0);
  }

  /** A broker learns of a new topic some time after its creation was answered. */
  private async untilReady(): Promise<void> {
    const end = performance.now() + READY_MS_MAX;
    for (;;) {
      try {
        for (const topic of this.topics) await this.records(topic);
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      await sleep(EVERY_MS);
    }
  }

  /** Deletes the topics. */
  async delete(): Promise<void> {
    try {
      await this.admin.deleteTopics({ topics: [...this.topics] });
    } finally {
      await this.admin.disconnect();
    }
  }
}

function topicConfig(topic: string) {
  return {
    topic,
    numPartitions: 1,
    replicationFactor: 1,
    configEntries: [
      { name: 'retention.ms', value: '-1' },
      { name: 'retention.bytes', value: '-1' },
      { name: 'max.message.bytes', value: String(RECORD_BYTES_MAX) },
    ],
  };
}
