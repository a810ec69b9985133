import { GLOBAL_TOPICS } from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import {
  RecordPublisher,
  StatusReporter,
  TopicFollower,
  type KafkaConnection,
} from '@lakeferry/kafka';
import type { Logger, Readiness } from '@lakeferry/observability';
import { systemClock } from '@lakeferry/runtime';
import type { EncoderConfig } from './config.js';
import { EncoderThreads } from './lane/encoder-threads.js';
import { MemoryBudget } from './lane/memory-budget.js';
import { BarrierBoard } from './task/barrier-board.js';
import { TaskRun } from './task/task-run.js';
import { TaskSet } from './task/task-set.js';

const STATUS_EVERY_MS = 1_000;

export interface EncoderPipelineOptions {
  readonly config: Pick<
    EncoderConfig,
    'memoryBytesMax' | 'threads' | 'openPrefixesMax' | 'freeSeconds'
  >;
  readonly kafka: KafkaConnection;
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** An invariant is broken: end the process. */
  readonly onCrash: (error: DeliveryError) => void;
  /** Where desired states and statuses are, when not in the topics of the installation. */
  readonly globalTopics?: { readonly tasks: string; readonly status: string };
}

/**
 * From mutations to files, top to bottom:
 * 1. `TaskSet` follows `lakeferry.tasks` and keeps one `TaskRun` per task;
 * 2. a `TaskRun` waits for the task's plan (`PlanBoard`), then joins the task's group;
 * 3. `TaskLanes` gives each lane that comes here a `LaneRun`, one life from recovery to release;
 * 4. a `LaneRun` cuts batches into parts (`inputParts`), appends them in an encoder thread, and asks
 *    `decideSeals` after each part;
 * 5. `LaneOutput` seals files and commits them with `decideMark` and `decideCheckpoint` as one step;
 * 6. `BarrierBoard` follows `lakeferry.status` and lets lanes from their base to their changes.
 */
export class EncoderPipeline {
  private readonly resources = new AsyncDisposableStack();

  constructor(private readonly options: EncoderPipelineOptions) {}

  /** Resolves when tasks and statuses are known; lanes come behind it. */
  async start(): Promise<void> {
    const { config, kafka, logger, readiness, onCrash } = this.options;
    const topics = this.options.globalTopics ?? GLOBAL_TOPICS;
    for (const part of ['threads', 'status', 'tasks']) readiness.expect(part);
    const threads = await EncoderThreads.start(config.threads, onCrash);
    this.resources.defer(() => threads.close());
    readiness.ready('threads');

    const barrier = new BarrierBoard(logger);
    await this.follow(topics.status, (key, value) => barrier.take(key, value));
    readiness.ready('status');

    const reporter = this.openReporter(topics.status);
    const shared = {
      threads,
      barrier,
      budget: new MemoryBudget(config.memoryBytesMax),
      openPrefixesMax: config.openPrefixesMax,
      clock: systemClock,
      report: reporter.report.bind(reporter),
    };
    const freeMs = config.freeSeconds * 1000;
    const tasks = new TaskSet(
      (task) => new TaskRun({ kafka, logger, shared, freeMs, onCrash }, task),
      logger,
      (taskId) => barrier.forget(taskId),
    );
    this.resources.defer(() => tasks.close());
    await this.follow(topics.tasks, (key, value) => tasks.take(key, value));
    readiness.ready('tasks');
    logger.info('encoder follows its tasks');
  }

  /** Stops reading, seals nothing (the checkpoints cover it), leaves the groups. */
  async stop(): Promise<void> {
    await this.resources.disposeAsync();
  }

  private openReporter(topic: string): StatusReporter {
    const { kafka, logger } = this.options;
    const publisher = new RecordPublisher(kafka);
    this.resources.defer(() => publisher.close());
    const reporter = new StatusReporter({
      publish: (records) => publisher.publish(topic, records),
      clock: systemClock,
      logger,
      everyMs: STATUS_EVERY_MS,
    });
    reporter.start();
    this.resources.defer(() => reporter.stop());
    return reporter;
  }

  private async follow(
    topic: string,
    take: (key: string, value: string | null) => void,
  ): Promise<void> {
    const { kafka, onCrash } = this.options;
    const follower = new TopicFollower({
      kafka,
      topic,
      onRecord: ({ key, value }) => {
        if (key !== null) take(key.toString('utf8'), value?.toString('utf8') ?? null);
      },
      onCrash,
    });
    this.resources.defer(() => follower.stop());
    await follower.start();
  }
}
