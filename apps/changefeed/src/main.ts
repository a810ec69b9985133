import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { serviceConfig } from '@lakeferry/config';
import { crashOnErrors, createLogger, nestLogger, Readiness } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { changefeedOptions } from './config.js';

const config = serviceConfig('changefeed', changefeedOptions);
const logger = createLogger('changefeed', config.logLevel);
const onCrash = crashOnErrors(logger);
const parts = { config, logger, onCrash, readiness: new Readiness() };
const app = await NestFactory.create(AppModule.with(parts), { logger: nestLogger(logger) });
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(config.httpPort, config.listen);
logger.info('service started', { port: config.httpPort });
