import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { systemClock } from '@lakeferry/runtime';
import type { TaskApiPipeline } from './task-api.pipeline.js';

/** What can't be stopped in this time is left behind: everything is done again after a start. */
const STOP_MS_MAX = 8_000;

/** Starts and stops the pipeline with the application. */
@Injectable()
export class TaskApiWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly pipeline: Pick<TaskApiPipeline, 'start' | 'stop'>,
    private readonly onStartFailed: (error: unknown) => void,
  ) {}

  /** Does not wait: health and readiness are served while Kafka is awaited. */
  onApplicationBootstrap(): void {
    this.pipeline.start().catch((error: unknown) => this.onStartFailed(error));
  }

  async onApplicationShutdown(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.pipeline.stop(), systemClock.sleep(STOP_MS_MAX, limit.signal)]);
    limit.abort();
  }
}
