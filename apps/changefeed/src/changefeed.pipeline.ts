import { CHANGEFEED_GROUP, GLOBAL_TOPICS } from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import {
  GroupConsumer,
  RecordPublisher,
  StatusReporter,
  TopicFollower,
  openKafka,
  type KafkaConnection,
} from '@lakeferry/kafka';
import type { Logger, Readiness } from '@lakeferry/observability';
import { systemClock, type SecretBox } from '@lakeferry/runtime';
import type { ChangefeedConfig } from './config.js';
import { HeldBytes } from './publish/held-bytes.js';
import { DesiredTasks } from './route/desired-tasks.js';
import { SourceOwner } from './source/source-owner.js';
import { SourceRuntime } from './source/source-runtime.js';

export interface ChangefeedPipelineOptions {
  readonly config: ChangefeedConfig;
  readonly secrets: SecretBox;
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** The process can't go on: end it and let it be started again. */
  readonly onCrash: (error: DeliveryError) => void;
}

const HELD_BYTES_EVERY_MS = 5000;
const STATUS_EVERY_MS = 500;

/**
 * The changefeed, in the order in which a row passes:
 *
 * 1. `source/source-owner`      which sources this process owns (group of `lakeferry.sources`)
 * 2. `source/source-runtime`    recovery: fence, read the position, check the slot, stream
 * 3. `stream/stream-sink`       decoded change → mutation in its lane, repeated ones skipped
 * 4. `stream/stream-publisher`  mutations and position → one Kafka transaction
 * 5. `stream/watermarker`       points that the stream has passed, on idle sources too
 * 6. `route/task-supervisor`    a task's steps: route, starting point, base scan, route off
 * 7. `scan/scan-runner`         the base of a table, chunk by chunk, resumable
 */
export class ChangefeedPipeline {
  private readonly stopping = new AbortController();
  private readonly kafka: KafkaConnection;
  private readonly publisher: RecordPublisher;
  private readonly follower: TopicFollower;
  private readonly sources: GroupConsumer;
  private readonly status: StatusReporter;
  private readonly heldBytes: HeldBytes;
  private background: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChangefeedPipelineOptions) {
    const { config, secrets, logger, onCrash } = options;
    const clock = systemClock;
    this.kafka = openKafka({
      brokers: config.kafkaBrokers,
      clientId: 'changefeed',
      patienceMs: config.kafkaPatienceMs,
      logger,
    });
    const { kafka } = this;
    const desired = new DesiredTasks(logger);
    this.publisher = new RecordPublisher(kafka);
    this.status = new StatusReporter({
      publish: (records) => this.publisher.publish(GLOBAL_TOPICS.status, records),
      clock,
      logger,
      everyMs: STATUS_EVERY_MS,
    });
    this.heldBytes = new HeldBytes({
      kafka,
      clock,
      logger,
      taskBytesMax: config.taskBytesMax,
      installationBytesMax: config.bytesMax,
      everyMs: HELD_BYTES_EVERY_MS,
    });
    this.follower = new TopicFollower({
      kafka,
      topic: GLOBAL_TOPICS.tasks,
      onRecord: ({ key, value }) => {
        if (key !== null) desired.apply(key.toString(), value?.toString() ?? null);
      },
      onCrash,
    });
    const owner = new SourceOwner({
      stillOwner: (partition) => this.sources.stillOwner(partition),
      open: (record, stillOwner) =>
        new SourceRuntime({
          record,
          url: secrets.open(record.sealedUrl),
          config,
          kafka,
          desired,
          status: this.status,
          heldBytes: this.heldBytes,
          clock,
          logger: logger.with({ source: record.name }),
          stillOwner,
        }),
    });
    this.sources = new GroupConsumer({
      kafka,
      groupId: CHANGEFEED_GROUP,
      topic: GLOBAL_TOPICS.sources,
      compacted: true,
      processor: owner,
      onHalted: (partition, error) =>
        logger.error('source partition halted', { partition, code: error.code, err: error }),
      onCrash,
    });
  }

  async start(): Promise<void> {
    const { readiness } = this.options;
    readiness.expect('tasks');
    readiness.expect('sources');
    this.status.start();
    this.background = this.heldBytes.run(this.signal);
    await this.kafka.topics.untilExist(Object.values(GLOBAL_TOPICS), this.signal);
    if (this.signal.aborted) return;
    await this.follower.start();
    readiness.ready('tasks');
    await this.sources.start();
    readiness.ready('sources');
  }

  /** Lets sources end between transactions, then leaves the group. */
  async stop(): Promise<void> {
    await this.sources.stop();
    await this.follower.stop();
    this.stopping.abort();
    await this.background;
    await this.status.stop();
    await this.publisher.close();
  }

  private get signal(): AbortSignal {
    return this.stopping.signal;
  }
}
