import { randomUUID } from 'node:crypto';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import { backoffMs, systemClock } from '@lakeferry/runtime';
import { GroupSession, type Assignment, type FetchedBatch } from './group-session.js';
import type { KafkaConnection } from './kafka-connection.js';
import { laneAssigner } from './lane-assigner.js';
import { TailWindow } from './tail-window.js';
import type { FollowedRecord } from './topic-follower.js';

export interface TopicTailOptions {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  /** Records of each partition. */
  readonly recordsMax: number;
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 20_000;
const OFFSETS_MAX = 20_000n;
const RETRY = { firstMs: 100, maxMs: 2_000, factor: 2 } as const;
const FETCH = { partitionBytesMax: 1024 * 1024, fetchBytesMax: 4 * 1024 * 1024 } as const;

/**
 * The newest committed records of a topic as it is now, oldest first within each partition. Reads a
 * bounded number of offsets from the ends; nothing outlives the reading.
 *
 * @throws DeliveryError KAFKA_UNAVAILABLE when the topic is not there, or does not answer in time
 */
export async function readTopicTail(options: TopicTailOptions): Promise<readonly FollowedRecord[]> {
  const { recordsMax } = options;
  const held = await watermarksOf(options);
  const filled = [...held].filter(([, { low, high }]) => low < high);
  if (filled.length === 0) return [];
  const windows: Windows = new Map(
    filled.map(([partition, marks]) => [
      partition,
      new TailWindow<FollowedRecord>({ ...marks, recordsMax, offsetsMax: OFFSETS_MAX }),
    ]),
  );
  for (let open = windows; open.size > 0;) open = await new TailRound(options, open).read();
  return [...windows.values()].flatMap(({ records }) => records);
}

/** Of a topic that was just created a broker may still say for a while that it does not lead it. */
async function watermarksOf({ kafka, topic, timeoutMs }: TopicTailOptions) {
  const endAt = systemClock.now() + (timeoutMs ?? TIMEOUT_MS);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await kafka.topics.watermarks(topic);
    } catch (error) {
      const waitMs = backoffMs(attempt, RETRY, Math.random());
      if (!isLeaderless(error) || systemClock.now() + waitMs > endAt) throw error;
      await systemClock.sleep(waitMs);
    }
  }
}

function isLeaderless(error: unknown): boolean {
  const type = isDeliveryError(error) ? error.context['kafkaError'] : undefined;
  return type === 'NOT_LEADER_FOR_PARTITION' || type === 'LEADER_NOT_AVAILABLE';
}

type Windows = ReadonlyMap<number, TailWindow<FollowedRecord>>;

/** One reading of all windows. Those that need a wider one are read anew by a session of their own. */
class TailRound {
  readonly #options: TopicTailOptions;
  readonly #open: Map<number, TailWindow<FollowedRecord>>;
  readonly #tooNarrow = new Map<number, TailWindow<FollowedRecord>>();
  readonly #session: GroupSession;
  readonly #found = Promise.withResolvers<void>();

  constructor(options: TopicTailOptions, windows: Windows) {
    this.#options = options;
    this.#open = new Map(windows);
    this.#session = new GroupSession({
      kafka: options.kafka,
      groupId: `lakeferry.tail.${randomUUID()}`,
      topics: [options.topic],
      assigner: laneAssigner,
      concurrency: 1,
      fetch: FETCH,
      onJoin: (assignment) => this.#joined(assignment),
      onBatch: (batch) => this.#taken(batch),
      onSkipped: ({ partition, last }) => this.#settle(partition, [], last + 1n),
      onCrash: (error) => this.#found.reject(error),
    });
  }

  /** @returns the windows that are to be read again */
  async read(): Promise<Windows> {
    const { topic, timeoutMs } = this.#options;
    const late = new DeliveryError('KAFKA_UNAVAILABLE', 'the end of a topic was not read in time', {
      context: { topic },
    });
    const timer = setTimeout(() => this.#found.reject(late), timeoutMs ?? TIMEOUT_MS);
    try {
      this.#session.start().catch((error: unknown) => this.#found.reject(error));
      await this.#found.promise;
    } finally {
      clearTimeout(timer);
      await this.#session.stop();
    }
    return this.#tooNarrow;
  }

  #joined(assignment: Assignment): void {
    const { topic } = this.#options;
    for (const partition of assignment.get(topic) ?? []) {
      const window = this.#open.get(partition);
      if (window === undefined) this.#session.pause(topic, partition);
      else this.#session.seek(topic, partition, window.position);
    }
  }

  #taken({ partition, records, lastOffset }: FetchedBatch): Promise<boolean> {
    const { topic } = this.#options;
    const copies = records.map((record) => ({
      ...{ ...record, topic, partition },
      value: record.value === null ? null : Buffer.from(record.value),
    }));
    this.#settle(partition, copies, lastOffset + 1n);
    return Promise.resolve(true);
  }

  #settle(partition: number, records: readonly FollowedRecord[], next: bigint): void {
    const window = this.#open.get(partition);
    if (window === undefined) return;
    window.take(records, next);
    const step = window.decide();
    if (step === 'read') return;
    if (step === 'widen') this.#tooNarrow.set(partition, window);
    this.#session.pause(this.#options.topic, partition);
    this.#open.delete(partition);
    if (this.#open.size === 0) this.#found.resolve();
  }
}
