import { Module, type DynamicModule } from '@nestjs/common';
import { ObservabilityModule, type Readiness } from '@lakeferry/observability';
import type { EncoderPipeline } from './encoder.pipeline.js';
import { EncoderWorker } from './encoder.worker.js';

export interface AppOptions {
  readonly pipeline: EncoderPipeline;
  readonly readiness: Readiness;
  readonly onStartFailed: (error: unknown) => void;
}

/** The encoder: its pipeline, and health and metrics over HTTP. */
@Module({})
export class AppModule {
  static with({ pipeline, readiness, onStartFailed }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(readiness)],
      providers: [
        { provide: EncoderWorker, useFactory: () => new EncoderWorker(pipeline, onStartFailed) },
      ],
    };
  }
}
