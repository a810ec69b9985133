import { taskGroups, taskTopics, type DesiredTask } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  GroupConsumer,
  type AssignedPartition,
  type KafkaConnection,
  type StartPosition,
} from '@lakeferry/kafka';
import type { Logger } from '@lakeferry/observability';
import { LaneReporter, type StatusPublisher } from '../commit/lane-reporter.js';
import { LaneWriter, type LaneSurroundings } from '../lane/lane-writer.js';
import type { Destination } from '../upload/buckets.js';
import { FilesTrimmer } from './files-trimmer.js';

export interface TaskSurroundings extends LaneSurroundings {
  readonly kafka: KafkaConnection;
  readonly publisher: StatusPublisher;
  /** The time by the broker's clock; undefined while it is not known. */
  readonly brokerNow: () => number | undefined;
  readonly statusTopic: string;
  readonly retentionMs: number;
  readonly trimIntervalMs: number;
  readonly onCrash: (error: DeliveryError) => void;
}

/** Writes the lanes of one task that the group gives to this process. */
export class TaskWriter {
  /** As it was last seen. */
  task: DesiredTask;
  readonly #surroundings: TaskSurroundings;
  readonly #destination: Destination;
  readonly #logger: Logger;
  readonly #filesTopic: string;
  readonly #consumer: GroupConsumer;
  readonly #trimmer: FilesTrimmer;
  readonly #lanes = new Map<AssignedPartition, LaneWriter>();
  readonly #reporters = new Map<number, LaneReporter>();
  readonly #halted = new Set<number>();
  /** Failures of a lane in a row before it was taken up. */
  readonly #failures = new Map<number, number>();

  constructor(task: DesiredTask, destination: Destination, surroundings: TaskSurroundings) {
    const { kafka, logger, onCrash } = surroundings;
    this.task = task;
    this.#surroundings = surroundings;
    this.#destination = destination;
    this.#logger = logger.with({ taskId: task.taskId, task: task.taskName });
    this.#filesTopic = taskTopics(task.taskName, task.taskId).files;
    this.#consumer = new GroupConsumer({
      kafka,
      groupId: taskGroups(task.taskName, task.taskId).writer,
      topic: this.#filesTopic,
      compacted: false,
      processor: {
        assigned: (partition) => this.#assigned(partition),
        process: async (partition, { records }) => this.#lanes.get(partition)?.process(records),
        released: (partition) => this.#released(partition),
      },
      onHalted: (lane, error) => this.#onHalted(lane, error),
      onRetry: (lane, error) => this.#failed(lane, error),
      onCrash,
    });
    this.#trimmer = new FilesTrimmer({
      ...surroundings,
      topic: this.#filesTopic,
      freeable: () => this.#freeable(),
    });
  }

  async start(): Promise<void> {
    this.#trimmer.start();
    await this.#consumer.start();
  }

  /**
   * Lets puts that are under way end until `limit` aborts, then leaves the group. Whoever sees the
   * group empty may rely on it that no status comes after.
   */
  async stop(limit: AbortSignal): Promise<void> {
    await this.#trimmer.stop();
    const lanes = [...this.#lanes.values()];
    await Promise.all(lanes.map((lane) => lane.drain(limit)));
    if (!limit.aborted) {
      await Promise.all([...this.#reporters.values()].map((reporter) => reporter.flush()));
    }
    await Promise.all(lanes.map((lane) => lane.close()));
    await this.#quiet();
    await this.#consumer.stop();
    await this.#quiet();
  }

  async #quiet(): Promise<void> {
    await Promise.all([...this.#reporters.values()].map((reporter) => reporter.quiet()));
  }

  /** Lanes that halted try again: somebody says that it was mended. */
  resume(): void {
    for (const lane of this.#halted) this.#consumer.resume(lane);
    this.#halted.clear();
    this.#acceptLoss().catch((err: unknown) => this.#logger.warn('loss not accepted', { err }));
  }

  /** What is past the retention is not told any more. */
  async #acceptLoss(): Promise<void> {
    await this.#surroundings.bucketLedger.acceptLoss(this.task.taskId);
    for (const { index } of this.#lanes.keys()) this.#reporter(index).report();
  }

  async #assigned(partition: AssignedPartition): Promise<StartPosition> {
    const { ledger, bucketLedger } = this.#surroundings;
    const lane = partition.index;
    const { taskId } = this.task;
    const destination = this.#destination;
    const start = await ledger.laneState(taskId, lane);
    const bucket = await bucketLedger.of({ taskId, lane, destination: destination.name });
    const low = start === undefined || bucket.redelivering ? await this.#lowest(lane) : 0n;
    if (start === undefined) this.#assertUntouched(lane, low);
    const reporter = this.#reporter(lane);
    this.#failures.delete(lane);
    reporter.recovered(CONSUMER);
    const from = start === undefined || bucket.redelivering ? low : start.nextOffset;
    const writer = new LaneWriter({
      ...this.#surroundings,
      ...{ task: this.task, partition, destination, start, bucket, from, reporter },
    });
    this.#lanes.set(partition, writer);
    writer.begin();
    if (start === undefined) return 'beginning';
    reporter.report();
    return bucket.redelivering ? 'beginning' : { offset: start.nextOffset };
  }

  /** The oldest record of a lane that Kafka holds. */
  async #lowest(lane: number): Promise<bigint> {
    const held = await this.#surroundings.kafka.topics.watermarks(this.#filesTopic);
    return held.get(lane)?.low ?? 0n;
  }

  /** Only what the ledger knows as visible is ever freed: a lane unknown to it must be whole. */
  #assertUntouched(lane: number, low: bigint): void {
    if (low === 0n) return;
    throw new DeliveryError(
      'KAFKA_OFFSET_OUT_OF_RANGE',
      'files were freed that the ledger does not know: it is older than the topic, or another one',
      { context: { topic: this.#filesTopic, lane, low } },
    );
  }

  async #released(partition: AssignedPartition): Promise<void> {
    const lane = this.#lanes.get(partition);
    this.#lanes.delete(partition);
    await lane?.close();
    await this.#reporters.get(partition.index)?.quiet();
  }

  #onHalted(lane: number, error: DeliveryError): void {
    this.#halted.add(lane);
    this.#logger.error('lane halted', { lane, code: error.code, err: error });
    this.#failed(lane, error);
  }

  #failed(lane: number, error: DeliveryError): void {
    const attempt = (this.#failures.get(lane) ?? 0) + 1;
    this.#failures.set(lane, attempt);
    const at = new Date(this.#surroundings.clock.now()).toISOString();
    this.#reporter(lane).failed(CONSUMER, { error, action: error.action, attempt, at });
  }

  #reporter(lane: number): LaneReporter {
    const known = this.#reporters.get(lane);
    if (known !== undefined) return known;
    const { taskId, taskName } = this.task;
    const { ledger, bucketLedger, publisher, clock, statusTopic } = this.#surroundings;
    const logger = this.#logger;
    const reporter = new LaneReporter({
      ...{ taskId, taskName, lane, destination: this.#destination.name },
      ...{ ledger, bucketLedger, publisher, statusTopic, clock, logger },
    });
    this.#reporters.set(lane, reporter);
    return reporter;
  }

  #freeable(): ReadonlyMap<number, bigint> {
    const freeable = new Map<number, bigint>();
    for (const [{ index }, { freeableOffset }] of this.#lanes) {
      if (freeableOffset !== undefined) freeable.set(index, freeableOffset);
    }
    return freeable;
  }
}

/** Failures of the lane as a whole, files apart. */
const CONSUMER = 'consumer';
