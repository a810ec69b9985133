import { GLOBAL_TOPICS, desiredTask, type DesiredTask } from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import {
  RecordPublisher,
  TopicFollower,
  type FollowedRecord,
  type KafkaConnection,
} from '@lakeferry/kafka';
import type { Logger, Readiness } from '@lakeferry/observability';
import { SerialQueue, systemClock, type Clock } from '@lakeferry/runtime';
import type { BucketLedger, DeliveryLedger } from './commit/delivery-ledger.js';
import type { WriterConfig } from './config.js';
import { MemoryBudget } from './file/memory-budget.js';
import { decideTaskChange } from './task/task-set.js';
import { TaskWriter, type TaskSurroundings } from './task/task-writer.js';
import type { Buckets } from './upload/buckets.js';

/** Topics that all tasks share. */
interface WriterTopics {
  readonly tasks: string;
  readonly status: string;
}

export interface WriterPipelineOptions {
  readonly config: Pick<
    WriterConfig,
    'holdSeconds' | 'memoryBytesMax' | 'redeliveryRetentionSeconds' | 'bucketCheckSeconds'
  >;
  readonly kafka: KafkaConnection;
  readonly ledger: DeliveryLedger;
  readonly bucketLedger: BucketLedger;
  readonly buckets: Pick<Buckets, 'of'>;
  readonly readiness: Readiness;
  readonly logger: Logger;
  /** The process can't go on. */
  readonly onCrash: (error: DeliveryError) => void;
  readonly clock?: Clock;
  readonly trimIntervalMs?: number;
  readonly topics?: WriterTopics;
}

const TRIM_INTERVAL_MS = 60_000;
const TASKS = 'tasks';

/**
 * The way of a file through the writer, in order:
 * 1. `task/task-set`        which tasks are written (`lakeferry.tasks`);
 * 2. `task/task-writer`     a consumer group per task on `files`; where each lane goes on is the
 *                           ledger's knowledge;
 * 3. `file/file-assembler`  chunks and seal become a file, checked against its seal;
 * 4. `sequence/sequencer`   the order in which files of a lane may be put;
 * 5. `lane/bucket-watch`    whether the bucket is the one that was delivered to; if not the lane begins
 *                           anew at the oldest file (`lane/redelivery`);
 *    `lane/file-delivery`   sequence out of the ledger, conditional put, repeated until it holds;
 * 6. `lane/lane-writer`     what is contiguous is marked visible with the lane's position;
 * 7. `commit/lane-reporter` `delivered up to` and errors (`lakeferry.status`);
 * 8. `task/files-trimmer`   Kafka frees what is visible and old.
 */
export class WriterPipeline {
  readonly #options: WriterPipelineOptions;
  readonly #topics: WriterTopics;
  readonly #surroundings: TaskSurroundings;
  readonly #publisher: RecordPublisher;
  readonly #follower: TopicFollower;
  readonly #tasks = new Map<string, TaskWriter>();
  /** Tasks as they were last seen; what is not known yet, or gone, is missing. */
  readonly #desired = new Map<string, DesiredTask>();
  /** Starts and stops of each task, one after the other. */
  readonly #changes = new Map<string, SerialQueue>();
  #phase: 'catching up' | 'running' | 'stopping' = 'catching up';

  constructor(options: WriterPipelineOptions) {
    const { kafka, config, onCrash } = options;
    this.#options = options;
    this.#topics = options.topics ?? GLOBAL_TOPICS;
    this.#publisher = new RecordPublisher(kafka);
    this.#surroundings = {
      ...options,
      clock: options.clock ?? systemClock,
      trimIntervalMs: options.trimIntervalMs ?? TRIM_INTERVAL_MS,
      budget: new MemoryBudget(config.memoryBytesMax),
      holdMs: config.holdSeconds * 1000,
      lookIntervalMs: config.bucketCheckSeconds * 1000,
      retentionMs: config.redeliveryRetentionSeconds * 1000,
      publisher: this.#publisher,
      brokerNow: () => this.#publisher.brokerNow(),
      statusTopic: this.#topics.status,
    };
    this.#follower = new TopicFollower({
      kafka,
      topic: this.#topics.tasks,
      onRecord: (record) => this.#onTask(record),
      onCrash,
    });
    options.readiness.expect(TASKS);
  }

  /** Resolves when every task that is known has been taken up; their groups are joined in the background. */
  async start(): Promise<void> {
    await this.#follower.start();
    if (this.#phase === 'stopping') return;
    this.#phase = 'running';
    for (const taskId of this.#desired.keys()) this.#enqueue(taskId);
    this.#options.readiness.ready(TASKS);
  }

  /** Lets puts that are under way end, for at most `drainMsMax`, and leaves all groups. */
  async stop({ drainMsMax }: { readonly drainMsMax: number }): Promise<void> {
    this.#phase = 'stopping';
    this.#options.readiness.notReady(TASKS, 'stopping');
    const limit = drainMsMax > 0 ? AbortSignal.timeout(drainMsMax) : AbortSignal.abort();
    await this.#follower.stop();
    await Promise.all([...this.#changes.values()].map((queue) => queue.idle()));
    await Promise.all([...this.#tasks.values()].map((task) => task.stop(limit)));
    this.#tasks.clear();
    await this.#publisher.close();
  }

  #onTask(record: FollowedRecord): void {
    const taskId = record.key?.toString() ?? '';
    const desired = this.#parse(record);
    if (desired === undefined) this.#desired.delete(taskId);
    else this.#desired.set(taskId, desired);
    if (this.#phase === 'running') this.#enqueue(taskId);
  }

  #enqueue(taskId: string): void {
    const queue = this.#changes.get(taskId) ?? new SerialQueue();
    this.#changes.set(taskId, queue);
    queue
      .run(() => this.#change(taskId))
      .catch((err: unknown) => this.#options.logger.error('task not changed', { taskId, err }));
  }

  /** A record that can't be read is as good as none: the task waits for one that can. */
  #parse({ value, offset, partition }: FollowedRecord): DesiredTask | undefined {
    if (value === null) return undefined;
    try {
      return desiredTask.parse(JSON.parse(value.toString()));
    } catch (err) {
      const at = { topic: this.#topics.tasks, partition, offset: String(offset) };
      this.#options.logger.error('task record is not of its form', { ...at, err });
      return undefined;
    }
  }

  /** Acts on the newest state that is known: states that were passed over in between don't matter. */
  async #change(taskId: string): Promise<void> {
    if (this.#phase !== 'running') return;
    const running = this.#tasks.get(taskId);
    const desired = this.#desired.get(taskId);
    const change = decideTaskChange(running?.task, desired);
    if (change === 'stop' || change === 'restart') {
      this.#tasks.delete(taskId);
      await running?.stop(AbortSignal.abort());
      this.#options.logger.info('task released', { taskId });
    }
    if ((change === 'start' || change === 'restart') && desired !== undefined) {
      this.#start(desired);
    } else if (running !== undefined && desired !== undefined && this.#tasks.has(taskId)) {
      running.task = desired;
      if (change === 'resume') running.resume();
    }
  }

  /** The group is joined when topics and broker are there; until then the task can be stopped. */
  #start(desired: DesiredTask): void {
    const { buckets, logger } = this.#options;
    const task = new TaskWriter(desired, buckets.of(desired.config), this.#surroundings);
    this.#tasks.set(desired.taskId, task);
    logger.info('task taken up', { taskId: desired.taskId, task: desired.taskName });
    task.start().catch((err: unknown) => logger.error('task not started', { err }));
  }
}
