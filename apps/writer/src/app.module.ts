import { Module, type DynamicModule } from '@nestjs/common';
import { ObservabilityModule, Readiness } from '@lakeferry/observability';
import { WRITER_PROCESS, WriterWorker, type WriterProcess } from './writer.worker.js';

@Module({})
export class AppModule {
  static with(process: WriterProcess): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.with(new Readiness())],
      providers: [WriterWorker, { provide: WRITER_PROCESS, useValue: process }],
    };
  }
}
