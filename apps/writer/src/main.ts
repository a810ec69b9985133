import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { serviceConfig } from '@lakeferry/config';
import { crashOnErrors, createLogger, nestLogger } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { checkWriterConfig, writerOptions } from './config.js';

const config = serviceConfig('writer', writerOptions, checkWriterConfig);
const logger = createLogger('writer', config.logLevel);
const onCrash = crashOnErrors(logger);
const app = await NestFactory.create(AppModule.with({ config, logger, onCrash }), {
  logger: nestLogger(logger),
});
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(config.httpPort, config.listen);
logger.info('service started', { port: config.httpPort });
