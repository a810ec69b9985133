import { Module, type DynamicModule } from '@nestjs/common';
import { ObservabilityModule, type Readiness } from '@lakeferry/observability';
import type { ChangefeedPipeline } from './changefeed.pipeline.js';
import { ChangefeedWorker } from './changefeed.worker.js';
import { CHANGEFEED_CONFIG, type ChangefeedConfig } from './config.js';
import { InspectController } from './inspect/inspect.controller.js';

export interface AppOptions {
  readonly config: ChangefeedConfig;
  readonly pipeline: ChangefeedPipeline;
  readonly readiness: Readiness;
  readonly onStartFailed: (error: unknown) => void;
}

@Module({})
export class AppModule {
  static with(options: AppOptions): DynamicModule {
    const { config, pipeline, readiness, onStartFailed } = options;
    const worker = () => new ChangefeedWorker(pipeline, onStartFailed);
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(readiness)],
      controllers: [InspectController],
      providers: [
        { provide: ChangefeedWorker, useFactory: worker },
        { provide: CHANGEFEED_CONFIG, useValue: config },
      ],
    };
  }
}
