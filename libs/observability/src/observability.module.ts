import {
  Controller,
  Get,
  Header,
  Inject,
  Module,
  ServiceUnavailableException,
  type DynamicModule,
} from '@nestjs/common';
import type { Readiness } from './health.js';
import { registry } from './metrics.js';

export const READINESS = Symbol('Readiness');

@Controller()
class ObservabilityController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  @Get('healthz')
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  ready(): { status: string } {
    const missing = this.readiness.missing();
    if (Object.keys(missing).length === 0) return { status: 'ready' };
    throw new ServiceUnavailableException({ status: 'not ready', missing });
  }

  @Get('metrics')
  @Header('content-type', registry.contentType)
  metrics(): Promise<string> {
    return registry.metrics();
  }
}

/** `/healthz`, `/readyz` and `/metrics` of a service. */
@Module({})
export class ObservabilityModule {
  static with(readiness: Readiness): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      controllers: [ObservabilityController],
      providers: [{ provide: READINESS, useValue: readiness }],
      exports: [READINESS],
    };
  }
}
