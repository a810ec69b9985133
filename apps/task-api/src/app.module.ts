import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ObservabilityModule, type Logger, type Readiness } from '@lakeferry/observability';
import { BearerGuard } from './api/bearer.guard.js';
import type { TaskApiConfig } from './config.js';
import { ErrorFilter } from './error.filter.js';
import { SourceController } from './source/source.controller.js';
import { SourceService } from './source/source.service.js';
import type { TaskApiPipeline } from './task-api.pipeline.js';
import { TaskApiWorker } from './task-api.worker.js';
import { TaskController } from './task/task.controller.js';
import { TaskGrpcController } from './task/task.grpc-controller.js';
import { TaskService } from './task/task.service.js';

export interface AppOptions {
  readonly config: TaskApiConfig;
  readonly logger: Logger;
  readonly pipeline: TaskApiPipeline;
  readonly readiness: Readiness;
  readonly onCrash: (error: unknown) => void;
}

/** task-api: REST and gRPC over the services of its pipeline. */
@Module({})
export class AppModule {
  static with({ config, logger, pipeline, readiness, onCrash }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(readiness)],
      controllers: [SourceController, TaskController, TaskGrpcController],
      providers: [
        { provide: TaskService, useValue: pipeline.tasks },
        { provide: SourceService, useValue: pipeline.sources },
        { provide: APP_FILTER, useFactory: () => new ErrorFilter(logger) },
        { provide: APP_GUARD, useFactory: () => new BearerGuard(config.token) },
        { provide: TaskApiWorker, useFactory: () => new TaskApiWorker(pipeline, onCrash) },
      ],
    };
  }
}
