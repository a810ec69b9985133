import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadConfig, processEnv, refuseOpenListener, type ConfigOf } from '@lakeferry/config';
import { openKafka } from '@lakeferry/kafka';
import { createLogger, nestLogger, Readiness } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { encoderOptions } from './config.js';
import { EncoderPipeline } from './encoder.pipeline.js';

const EX_CONFIG = 78;

function readConfig(): ConfigOf<typeof encoderOptions> {
  try {
    const config = loadConfig(encoderOptions, processEnv());
    refuseOpenListener(config);
    return config;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(EX_CONFIG);
  }
}

const config = readConfig();
const logger = createLogger('encoder', config.logLevel);
const crash = (error: unknown) => {
  logger.error('encoder ends', { err: error });
  process.exit(1);
};
const readiness = new Readiness();
const kafka = openKafka({ brokers: config.kafkaBrokers, clientId: 'lakeferry-encoder', logger });
const pipeline = new EncoderPipeline({ config, kafka, logger, readiness, onCrash: crash });
const options = AppModule.with({ pipeline, readiness, onStartFailed: crash });
const app = await NestFactory.create(options, { logger: nestLogger(logger) });
app.enableShutdownHooks();
await app.listen(config.httpPort, config.listen);
