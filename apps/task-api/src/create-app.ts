import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { isIPv6 } from 'node:net';
import { nestLogger } from '@lakeferry/observability';
import { grpcOptions } from './api/grpc-options.js';
import { serveOpenApi } from './api/open-api.js';
import { AppModule, type AppOptions } from './app.module.js';

/** A schema of all columns that a table can have fits well. */
const BODY_LIMIT = '2mb';

/** The application with both of its listeners; starts the pipeline. */
export async function createApp(options: AppOptions): Promise<NestExpressApplication> {
  const { config, logger } = options;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(options), {
    logger: nestLogger(logger),
    bodyParser: false,
  });
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.disable('x-powered-by');
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('x-frame-options', 'DENY');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
    next();
  });
  serveOpenApi(app);
  const host = isIPv6(config.listen) ? `[${config.listen}]` : config.listen;
  app.connectMicroservice(grpcOptions(`${host}:${config.grpcPort}`), { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(config.httpPort, config.listen);
  return app;
}
