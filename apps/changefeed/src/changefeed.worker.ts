import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ChangefeedPipeline } from './changefeed.pipeline.js';

/** The pipeline in Nest's life: started when the application stands, drained before it goes. */
@Injectable()
export class ChangefeedWorker implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly pipeline: Pick<ChangefeedPipeline, 'start' | 'stop'>,
    private readonly onStartFailed: (error: unknown) => void,
  ) {}

  /** Does not wait: health is answered while Kafka is awaited. */
  onApplicationBootstrap(): void {
    this.pipeline.start().catch(this.onStartFailed);
  }

  async onModuleDestroy(): Promise<void> {
    await this.pipeline.stop();
  }
}
