import { Module, type DynamicModule } from '@nestjs/common';
import { ObservabilityModule, type Logger, type Readiness } from '@lakeferry/observability';
import { ChangefeedWorker, LOGGER, ON_CRASH } from './changefeed.worker.js';
import { CHANGEFEED_CONFIG, type ChangefeedConfig } from './config.js';
import { InspectController } from './inspect/inspect.controller.js';

@Module({})
export class AppModule {
  static with(parts: {
    config: ChangefeedConfig;
    logger: Logger;
    onCrash: (error: unknown) => void;
    readiness: Readiness;
  }): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(parts.readiness)],
      controllers: [InspectController],
      providers: [
        ChangefeedWorker,
        { provide: CHANGEFEED_CONFIG, useValue: parts.config },
        { provide: LOGGER, useValue: parts.logger },
        { provide: ON_CRASH, useValue: parts.onCrash },
      ],
    };
  }
}
