import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadConfig, processEnv, refuseOpenListener } from '@lakeferry/config';
import { isDeliveryError } from '@lakeferry/errors';
import { createLogger, nestLogger } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { writerOptions, type WriterConfig } from './config.js';

const EXIT_CONFIG = 78;

function readConfig(): WriterConfig {
  try {
    const config = loadConfig(writerOptions, processEnv());
    refuseOpenListener(config);
    return config;
  } catch (error) {
    console.error(isDeliveryError(error) ? error.message : error);
    process.exit(EXIT_CONFIG);
  }
}

const config = readConfig();
const logger = createLogger('writer', config.logLevel);
const onCrash = (err: unknown): never => {
  logger.error('the process ends', { err });
  process.exit(1);
};
process.on('uncaughtException', onCrash);
process.on('unhandledRejection', onCrash);
const app = await NestFactory.create(AppModule.with({ config, logger, onCrash }), {
  logger: nestLogger(logger),
});
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(config.httpPort, config.listen);
logger.info('writer listens', { port: config.httpPort });
