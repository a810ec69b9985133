import kafkajs, { type Admin } from 'kafkajs';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import type { Logger } from '@lakeferry/observability';
import { toKafkaError } from './kafka-errors.js';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /**
   * `data`: kept until deleted by `deleteRecords`, whatever time passes.
   * `compacted`: the last record per key is kept.
   */
  readonly kind: 'data' | 'compacted';
  /** The brokers' default unless named. */
  readonly replicationFactor?: number;
  /** Settings beyond those of the kind. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Offsets that a partition holds: `low` up to but not including `high`. */
export interface Watermarks {
  readonly low: bigint;
  /** End of what is readable as committed. */
  readonly high: bigint;
}

export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly host: string;
  /** Partitions by topic. */
  readonly assignment: ReadonlyMap<string, readonly number[]>;
}

export interface GroupDescription {
  readonly groupId: string;
  /** As Kafka names it: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, `CompletingRebalance`. */
  readonly state: string;
  readonly members: readonly GroupMember[];
}

const EXISTENCE_CHECK_MS = 500;
const RECORD_BYTES_MAX = 16 * 1024 * 1024;
const READY_MS_MAX = 20_000;
const READY_POLL_MS = 25;

/** What a broker says of a topic that it was told of only just now. */
const NOT_READY = [
  ...['UNKNOWN_TOPIC_OR_PARTITION', 'NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'],
] as const;

/** What it says of a group whose coordinator it has become only just now. */
const COORDINATOR_BEGINS: readonly string[] = [
  ...['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'],
];

const KIND_CONFIG = {
  data: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
  // Small segments and an eager cleaner: every recovery reads such a partition from its start.
  compacted: {
    'cleanup.policy': 'compact',
    'segment.bytes': String(8 * 1024 * 1024),
    'min.cleanable.dirty.ratio': '0.1',
  },
} as const;

/**
 * Topics, groups and offsets. Each call has a client of its own: one that lives long remembers
 * every topic it ever asked for, and after a deletion fails at all others too.
 */
export class Topics {
  readonly #open: () => Admin;
  readonly #logger: Logger;

  constructor(open: () => Admin, logger: Logger) {
    this.#open = open;
    this.#logger = logger;
  }

  /** Creates what is missing, leaves what exists alone, and resolves when all can be written to. */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    await this.#with('create topics', async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = specs.filter((spec) => !existing.has(spec.topic));
      if (missing.length === 0) return;
      await admin
        .createTopics({
          waitForLeaders: false,
          topics: missing.map((spec) => toTopicConfig(spec)),
        })
        .catch((error: unknown) => {
          if (!allAre(error, 'TOPIC_ALREADY_EXISTS')) throw error;
        });
      await this.#untilReady(
        admin,
        missing.map((spec) => spec.topic),
      );
      this.#logger.info('topics created', { count: missing.length });
    });
  }

  /** Raises the number of partitions where it is below; never lowers it. */
  async ensurePartitions(topic: string, partitions: number): Promise<void> {
    await this.#with('add partitions', async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      if ((topics[0]?.partitions.length ?? 0) >= partitions) return;
      await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
    });
  }

  async topicExists(topic: string): Promise<boolean> {
    return this.#with('list topics', async (admin) => (await admin.listTopics()).includes(topic));
  }

  /** Resolves when all topics are there, or the signal aborts; passing errors are waited out. */
  async untilExist(topics: readonly string[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const existing = await this.#with('list topics', (admin) => admin.listTopics());
        if (topics.every((topic) => existing.includes(topic))) return;
      } catch (error) {
        if (!isDeliveryError(error) || error.action !== 'retry') throw error;
      }
      await systemClock.sleep(EXISTENCE_CHECK_MS, signal);
    }
  }

  /** Deletes what exists of these topics; missing ones are fine. */
  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#with('delete topics', async (admin) => {
      const existing = new Set(await admin.listTopics());
      for (const topic of topics.filter((name) => existing.has(name))) {
        await admin.deleteTopics({ topics: [topic] }).catch((error: unknown) => {
          if (!allAre(error, 'UNKNOWN_TOPIC_OR_PARTITION')) throw error;
        });
      }
    });
  }

  /**
   * Deletes what exists of these groups; missing ones are fine.
   * @throws DeliveryError KAFKA_UNAVAILABLE while a group has members: stop them, then try again.
   */
  async deleteGroups(groupIds: readonly string[]): Promise<void> {
    await this.#with('delete groups', async (admin) => {
      for (const groupId of groupIds) await deleteGroup(admin, groupId);
    });
  }

  async describeGroups(groupIds: readonly string[]): Promise<readonly GroupDescription[]> {
    return this.#with('describe groups', async (admin) => {
      const { groups } = await admin.describeGroups([...groupIds]);
      return groups.map((group) => ({
        groupId: group.groupId,
        state: group.state,
        members: group.members.map((member) => ({
          memberId: member.memberId,
          clientId: member.clientId,
          host: member.clientHost,
          assignment: decodeAssignment(member.memberAssignment),
        })),
      }));
    });
  }

  async describeGroup(groupId: string): Promise<GroupDescription> {
    const [group] = await this.describeGroups([groupId]);
    return group ?? { groupId, state: 'Dead', members: [] };
  }

  /** @throws DeliveryError KAFKA_UNAVAILABLE when the topic does not exist. */
  async watermarks(topic: string): Promise<ReadonlyMap<number, Watermarks>> {
    return this.#with('read offsets', async (admin) => {
      const partitions = await admin.fetchTopicOffsets(topic);
      return new Map(
        partitions.map(({ partition, low, high }) => [
          partition,
          { low: BigInt(low), high: BigInt(high) },
        ]),
      );
    });
  }

  /**
   * The first offset of each partition whose record is at least as young as `timestampMs`; the end
   * of the partition where none is.
   */
  async offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, bigint>> {
    return this.#with('read offsets by time', async (admin) => {
      const partitions = await admin.fetchTopicOffsetsByTimestamp(topic, timestampMs);
      return new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    });
  }

  /** Frees the records below the given offset of each partition; freed already is fine. */
  async deleteRecords(topic: string, before: ReadonlyMap<number, bigint>): Promise<void> {
    if (before.size === 0) return;
    await this.#with('delete records', async (admin) => {
      const held = await admin.fetchTopicOffsets(topic);
      const partitions = [...before]
        .filter(([partition, offset]) => {
          const found = held.find((each) => each.partition === partition);
          return found !== undefined && BigInt(found.low) < offset;
        })
        .map(([partition, offset]) => ({ partition, offset: offset.toString() }));
      if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
    });
  }

  /** A broker learns of a new topic some time after its creation was answered. */
  async #untilReady(admin: Admin, topics: string[]): Promise<void> {
    const end = performance.now() + READY_MS_MAX;
    for (;;) {
      try {
        const metadata = await admin.fetchTopicMetadata({ topics });
        const partitions = metadata.topics.flatMap((topic) => topic.partitions);
        if (partitions.every((partition) => partition.leader >= 0)) {
          // A leader that is known may not know yet that it is one, and refuse who comes too soon.
          for (const topic of topics) await admin.fetchTopicOffsets(topic);
          return;
        }
      } catch (error) {
        if (performance.now() > end || !NOT_READY.some((type) => allAre(error, type))) throw error;
      }
      if (performance.now() > end) {
        throw new DeliveryError('KAFKA_UNAVAILABLE', 'new topics have no leader', {
          context: { count: topics.length },
        });
      }
      await systemClock.sleep(READY_POLL_MS);
    }
  }

  async #with<T>(action: string, body: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#open();
    try {
      await admin.connect();
      return await body(admin);
    } catch (error) {
      throw toKafkaError(error, { action });
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function toTopicConfig({ topic, partitions, kind, config }: TopicSpec) {
  const entries = {
    ...KIND_CONFIG[kind],
    // The broker's clock counts: it refuses records of a producer whose clock is an hour ahead.
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(RECORD_BYTES_MAX),
    ...config,
  };
  return {
    topic,
    numPartitions: partitions,
    configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
  };
}

function decodeAssignment(bytes: Buffer): ReadonlyMap<string, readonly number[]> {
  if (bytes.length === 0) return new Map();
  const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(bytes);
  return new Map(Object.entries(decoded?.assignment ?? {}));
}

/** Whether an error, or each of an aggregate, is of this protocol type. */
function allAre(error: unknown, type: string): boolean {
  const { errors, cause } = error as { errors?: readonly unknown[]; cause?: unknown };
  if (errors !== undefined) return errors.every((each) => allAre(each, type));
  if ((error as { type?: unknown }).type === type) return true;
  return cause !== undefined && allAre(cause, type);
}

/** Waits while the coordinator of the group takes up its work. */
async function deleteGroup(admin: Admin, groupId: string): Promise<void> {
  const end = performance.now() + READY_MS_MAX;
  for (;;) {
    try {
      await admin.deleteGroups([groupId]);
      return;
    } catch (error) {
      const type = groupErrorOf(error) ?? '';
      if (type === 'GROUP_ID_NOT_FOUND') return;
      if (!COORDINATOR_BEGINS.includes(type) || performance.now() > end) throw error;
    }
    await systemClock.sleep(READY_POLL_MS);
  }
}

/** What the broker says of the one group that was asked for. */
function groupErrorOf(error: unknown): string | undefined {
  const { groups, cause } = error as {
    groups?: readonly { error?: { type?: string } }[];
    cause?: unknown;
  };
  if (groups !== undefined) return groups[0]?.error?.type;
  return cause === undefined ? undefined : groupErrorOf(cause);
}
