import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadConfig, processEnv, refuseOpenListener } from '@lakeferry/config';
import { isDeliveryError } from '@lakeferry/errors';
import { Readiness, createLogger, nestLogger } from '@lakeferry/observability';
import { AppModule } from './app.module.js';
import { changefeedOptions, type ChangefeedConfig } from './config.js';

function readConfig(): ChangefeedConfig {
  try {
    const config = loadConfig(changefeedOptions, processEnv());
    refuseOpenListener(config);
    return config;
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    process.stderr.write(`changefeed: ${error.message}\n`);
    process.exit(78);
  }
}

const config = readConfig();
const logger = createLogger('changefeed', config.logLevel);
const parts = { config, logger, readiness: new Readiness() };
const app = await NestFactory.create(AppModule.with(parts), { logger: nestLogger(logger) });
app.enableShutdownHooks();
await app.listen(config.httpPort, config.listen);
logger.info('service started', { port: config.httpPort });
