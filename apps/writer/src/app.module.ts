import { Module, type DynamicModule } from '@nestjs/common';
import { ObservabilityModule, Readiness, type Logger } from '@lakeferry/observability';
import { WRITER_CONFIG, type WriterConfig } from './config.js';
import { WRITER_CRASH, WRITER_LOGGER, WriterWorker } from './writer.worker.js';

interface WriterParts {
  readonly config: WriterConfig;
  readonly logger: Logger;
  readonly onCrash: (error: unknown) => void;
}

@Module({})
export class AppModule {
  static with({ config, logger, onCrash }: WriterParts): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(new Readiness())],
      providers: [
        WriterWorker,
        { provide: WRITER_CONFIG, useValue: config },
        { provide: WRITER_LOGGER, useValue: logger },
        { provide: WRITER_CRASH, useValue: onCrash },
      ],
    };
  }
}
