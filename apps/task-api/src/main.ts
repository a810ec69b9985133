import 'reflect-metadata';
import { loadConfig, processEnv, refuseOpenListener } from '@lakeferry/config';
import { createLogger, Readiness } from '@lakeferry/observability';
import { SecretBox } from '@lakeferry/runtime';
import { taskApiOptions, type TaskApiConfig } from './config.js';
import { createApp } from './create-app.js';
import { TaskApiPipeline } from './task-api.pipeline.js';

const EX_CONFIG = 78;

function readConfig(): TaskApiConfig {
  try {
    const config = loadConfig(taskApiOptions, processEnv());
    refuseOpenListener(config);
    new SecretBox(config.secretKey);
    return config;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(EX_CONFIG);
  }
}

const config = readConfig();
const logger = createLogger('task-api', config.logLevel);
const onCrash = (error: unknown) => {
  logger.error('task-api ends', { err: error });
  process.exit(1);
};
const readiness = new Readiness();
const pipeline = await TaskApiPipeline.open({ config, logger, readiness, onCrash }).catch(onCrash);
const app = await createApp({ config, logger, pipeline, readiness, onCrash });
app.enableShutdownHooks();
