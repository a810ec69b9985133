import 'reflect-metadata';
import { serviceConfig } from '@lakeferry/config';
import { crashOnErrors, createLogger, Readiness } from '@lakeferry/observability';
import { SecretBox } from '@lakeferry/runtime';
import { taskApiOptions } from './config.js';
import { createApp } from './create-app.js';
import { TaskApiPipeline } from './task-api.pipeline.js';

const config = serviceConfig('task-api', taskApiOptions, ({ secretKey }) => {
  new SecretBox(secretKey);
});
const logger = createLogger('task-api', config.logLevel);
const onCrash = crashOnErrors(logger);
const readiness = new Readiness();
const pipeline = await TaskApiPipeline.open({ config, logger, readiness, onCrash }).catch(onCrash);
const app = await createApp({ config, logger, pipeline, readiness, onCrash });
app.enableShutdownHooks([], { useProcessExit: true });
logger.info('service started', { port: config.httpPort });
