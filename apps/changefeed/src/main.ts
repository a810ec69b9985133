import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { serviceConfig } from '@lakeferry/config';
import { crashOnErrors, createLogger, nestLogger, Readiness } from '@lakeferry/observability';
import { SecretBox } from '@lakeferry/runtime';
import { AppModule } from './app.module.js';
import { ChangefeedPipeline } from './changefeed.pipeline.js';
import { changefeedOptions } from './config.js';

const config = serviceConfig('changefeed', changefeedOptions, ({ secretKey }) => {
  new SecretBox(secretKey);
});
const logger = createLogger('changefeed', config.logLevel);
const onCrash = crashOnErrors(logger);
const secrets = new SecretBox(config.secretKey);
const readiness = new Readiness();
const pipeline = new ChangefeedPipeline({ config, secrets, logger, readiness, onCrash });
const options = AppModule.with({ config, pipeline, readiness, onStartFailed: onCrash });
const app = await NestFactory.create(options, { logger: nestLogger(logger) });
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(config.httpPort, config.listen);
logger.info('service started', { port: config.httpPort });
