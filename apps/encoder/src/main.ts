import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { serviceConfig } from '@lakeferry/config';
import { openKafka } from '@lakeferry/kafka';
import { crashOnErrors, createLogger, nestLogger, Readiness } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { encoderOptions } from './config.js';
import { EncoderPipeline } from './encoder.pipeline.js';

const config = serviceConfig('encoder', encoderOptions);
const logger = createLogger('encoder', config.logLevel);
const onCrash = crashOnErrors(logger);
const readiness = new Readiness();
const kafka = openKafka({
  brokers: config.kafkaBrokers,
  clientId: 'lakeferry-encoder',
  patienceMs: config.kafkaPatienceMs,
  logger,
});
const pipeline = new EncoderPipeline({ config, kafka, logger, readiness, onCrash });
const options = AppModule.with({ pipeline, readiness, onStartFailed: onCrash });
const app = await NestFactory.create(options, { logger: nestLogger(logger) });
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(config.httpPort, config.listen);
logger.info('service started', { port: config.httpPort });
