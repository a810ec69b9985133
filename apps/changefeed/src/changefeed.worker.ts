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

/** The pipeline in Nest's life: started when the application stands, drained before it goes. */
@Injectable()
export class ChangefeedWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly pipeline: ChangefeedPipeline;

  constructor(
    @Inject(CHANGEFEED_CONFIG) config: ChangefeedConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(READINESS) readiness: Readiness,
  ) {
    this.pipeline = new ChangefeedPipeline({
      config,
      secrets: new SecretBox(config.secretKey),
      logger,
      readiness,
      onCrash: (error) => this.crash(error),
    });
  }

  onApplicationBootstrap(): void {
    this.pipeline.start().catch((error: unknown) => this.crash(error));
  }

  async onModuleDestroy(): Promise<void> {
    await this.pipeline.stop();
  }

  private crash(error: unknown): void {
    this.logger.error('changefeed can not go on', { err: error });
    process.exit(1);
  }
}
