import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger, Readiness } from '@lakeferry/observability';
import { READINESS } from '@lakeferry/observability';
import { openKafka } from '@lakeferry/kafka';
import { serviceLoop } from '@lakeferry/runtime';
import { openTaskStore, type TaskStore } from '@lakeferry/task-store';
import type { WriterConfig } from './config.js';
import type { Buckets } from './upload/buckets.js';
import { writerBuckets } from './upload/writer-buckets.js';
import { WriterPipeline } from './writer.pipeline.js';

/** What the process hands to the worker. */
export interface WriterProcess {
  readonly config: WriterConfig;
  readonly logger: Logger;
  readonly onCrash: (error: unknown) => void;
}

export const WRITER_PROCESS = Symbol('WriterProcess');

const CONTROL = 'control database';
const RETRY = { firstMs: 200, maxMs: 5_000, factor: 2 } as const;
const DRAIN_MS_MAX = 10_000;

/** Starts the pipeline with the process, drains it with its end. */
@Injectable()
export class WriterWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly buckets: Buckets;
  private running: Promise<void> | undefined;
  private store: TaskStore | undefined;
  private pipeline: WriterPipeline | undefined;

  constructor(
    @Inject(WRITER_PROCESS) private readonly process: WriterProcess,
    @Inject(READINESS) private readonly readiness: Readiness,
  ) {
    this.buckets = writerBuckets(process.config, process.logger);
    readiness.expect(CONTROL);
  }

  /** Health is answered from the start on; the servers may come later. */
  onApplicationBootstrap(): void {
    this.running = serviceLoop(() => this.start(), {
      signal: this.stopping.signal,
      retry: RETRY,
      holdMs: this.process.config.holdSeconds * 1000,
      onFailure: ({ error, attempt, waitMs }) =>
        this.process.logger.warn('start is tried again', { attempt, waitMs, err: error }),
    }).catch((error: unknown) => this.process.onCrash(error));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.pipeline?.stop({ drainMsMax: DRAIN_MS_MAX });
    await this.running;
    await this.store?.close();
    this.buckets.close();
  }

  private async start(): Promise<void> {
    const { readiness, buckets } = this;
    const { config, logger, onCrash } = this.process;
    this.store ??= await openTaskStore(config.controlUrl.reveal());
    readiness.ready(CONTROL);
    const kafka = openKafka({
      brokers: config.kafkaBrokers,
      clientId: 'lakeferry-writer',
      patienceMs: config.kafkaPatienceMs,
      logger,
    });
    const { ledger, buckets: bucketLedger } = this.store;
    const pipeline = new WriterPipeline({
      ...{ config, kafka, ledger, bucketLedger, buckets, readiness, logger, onCrash },
    });
    this.pipeline = pipeline;
    try {
      if (!this.stopping.signal.aborted) await pipeline.start();
    } catch (error) {
      await pipeline.stop({ drainMsMax: 0 });
      throw error;
    }
  }
}
