import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { READINESS, type Logger, type Readiness } from '@lakeferry/observability';
import { SecretBox } from '@lakeferry/runtime';
import { ChangefeedPipeline } from './changefeed.pipeline.js';
import { CHANGEFEED_CONFIG, type ChangefeedConfig } from './config.js';

export const LOGGER = Symbol('Logger');
export const ON_CRASH = Symbol('OnCrash');

/** The pipeline in Nest's life: started when the application stands, drained before it goes. */
@Injectable()
export class ChangefeedWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly pipeline: ChangefeedPipeline;

  constructor(
    @Inject(CHANGEFEED_CONFIG) config: ChangefeedConfig,
    @Inject(LOGGER) logger: Logger,
    @Inject(READINESS) readiness: Readiness,
    @Inject(ON_CRASH) private readonly onCrash: (error: unknown) => void,
  ) {
    this.pipeline = new ChangefeedPipeline({
      config,
      secrets: new SecretBox(config.secretKey),
      logger,
      readiness,
      onCrash,
    });
  }

  onApplicationBootstrap(): void {
    this.pipeline.start().catch(this.onCrash);
  }

  async onModuleDestroy(): Promise<void> {
    await this.pipeline.stop();
  }
}
