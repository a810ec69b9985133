import { openKafka, RecordPublisher, type KafkaConnection } from '@lakeferry/kafka';
import type { Logger, Readiness } from '@lakeferry/observability';
import { SecretBox, serviceLoop, systemClock } from '@lakeferry/runtime';
import { openTaskStore, type TaskStore } from '@lakeferry/task-store';
import type { TaskApiConfig } from './config.js';
import { InspectionClient } from './inspection/inspection-client.js';
import { Reconciler } from './lifecycle/reconciler.js';
import { globalTopicSpecs } from './lifecycle/topic-specs.js';
import { WakeableLoop } from './lifecycle/wakeable-loop.js';
import { OutboxPublisher } from './outbox/outbox-publisher.js';
import { SourceService } from './source/source.service.js';
import { StatusBook } from './status/status-book.js';
import { StatusFolder } from './status/status-folder.js';
import { DirtyFields } from './task/dirty-fields.js';
import { TaskService } from './task/task.service.js';

export interface PipelineOptions {
  readonly config: TaskApiConfig;
  readonly logger: Logger;
  readonly readiness: Readiness;
  readonly onCrash: (error: unknown) => void;
}

const RETRY = { firstMs: 200, maxMs: 5_000, factor: 2 } as const;
const HOLD_MS = 10_000;
/** Nobody waits for these: whoever changes something wakes the loop that is concerned. */
const OUTBOX_EVERY_MS = 1_000;
const RECONCILE_EVERY_MS = 1_000;
const SAVE_EVERY_MS = 1_000;

/**
 * What task-api is made of, in the order of its work: services change tasks and sources in the control
 * database; the outbox brings what changed to Kafka; reports come back and are folded; the
 * reconciler leads each task on.
 */
export class TaskApiPipeline {
  readonly tasks: TaskService;
  readonly sources: SourceService;
  private readonly kafka: KafkaConnection;
  private readonly publisher: RecordPublisher;
  private readonly folder: StatusFolder;
  private readonly outbox: WakeableLoop;
  private readonly reconciling: WakeableLoop;
  private readonly saving: WakeableLoop;
  private readonly stopping = new AbortController();

  private constructor(
    private readonly options: PipelineOptions,
    private readonly store: TaskStore,
  ) {
    const { config, logger, onCrash } = options;
    const { replicationFactor } = config;
    const book = new StatusBook();
    const secrets = new SecretBox(config.secretKey);
    const inspection = new InspectionClient(config.changefeedUrl);
    this.kafka = openKafka({
      brokers: config.kafkaBrokers,
      clientId: 'lakeferry-task-api',
      patienceMs: config.kafkaPatienceMs,
      logger,
    });
    const { topics } = this.kafka;
    this.publisher = new RecordPublisher(this.kafka);
    const onChanged = () => {
      this.outbox.wake();
      this.reconciling.wake();
    };
    const onReport = () => this.reconciling.wake();
    this.sources = new SourceService({ store, secrets, inspection, logger, onChanged });
    const clock = systemClock;
    const { taskNames } = config;
    this.tasks = new TaskService({
      ...{ store, inspection, statuses: book, clock, taskNames, onChanged },
      dirty: new DirtyFields(this.kafka),
    });
    this.folder = new StatusFolder({ kafka: this.kafka, store, book, logger, onReport, onCrash });
    const publishing = new OutboxPublisher({
      ...{ store, topics, replicationFactor },
      publisher: this.publisher,
    });
    const reconciler = new Reconciler({
      ...{ store, topics, statuses: book, logger, replicationFactor },
      onChanged: () => this.outbox.wake(),
    });
    const loop = (name: string, everyMs: number, round: (signal: AbortSignal) => Promise<void>) =>
      new WakeableLoop({ name, logger, everyMs, round, onCrash });
    this.outbox = loop('outbox', OUTBOX_EVERY_MS, (signal) => publishing.round(signal));
    this.reconciling = loop('reconciler', RECONCILE_EVERY_MS, (signal) => reconciler.round(signal));
    this.saving = loop('statuses', SAVE_EVERY_MS, () => this.folder.save());
  }

  /** Waits for the control database as long as it takes. */
  static async open(options: PipelineOptions): Promise<TaskApiPipeline> {
    const { config, logger } = options;
    let opened: TaskStore | undefined;
    await serviceLoop(
      async () => {
        opened = await openTaskStore(config.controlUrl.reveal());
      },
      {
        signal: new AbortController().signal,
        ...{ retry: RETRY, holdMs: HOLD_MS },
        onFailure: ({ error, attempt, waitMs }) =>
          logger.warn('control database is awaited', { attempt, waitMs, err: error }),
      },
    );
    if (opened === undefined) throw new Error('the control database was not opened');
    return new TaskApiPipeline(options, opened);
  }

  /** Resolves when task-api is ready, or was stopped meanwhile. */
  async start(): Promise<void> {
    const { config, logger, readiness } = this.options;
    readiness.expect('kafka');
    readiness.expect('statuses');
    await serviceLoop(
      () => this.kafka.topics.ensureTopics(globalTopicSpecs(config.replicationFactor)),
      {
        signal: this.stopping.signal,
        ...{ retry: RETRY, holdMs: HOLD_MS },
        onFailure: ({ error, attempt, waitMs }) =>
          logger.warn('Kafka is awaited', { attempt, waitMs, err: error }),
      },
    );
    if (this.stopping.signal.aborted) return;
    readiness.ready('kafka');
    await this.sources.ensure(config.sources);
    this.outbox.start();
    await this.folder.start();
    if (this.stopping.signal.aborted) return;
    readiness.ready('statuses');
    // Only now: with the reports of before, no task is judged by what is not known yet.
    this.reconciling.start();
    this.saving.start();
    logger.info('task-api is ready', { port: config.httpPort });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([
      this.reconciling.stop(),
      this.outbox.stop(),
      this.saving.stop(),
      this.folder.stop(),
    ]);
    await this.publisher.close();
    await this.store.close();
  }
}
