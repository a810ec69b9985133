export { CHECKOUT, LAKEFERRY_HOME } from './checkout.js';
export { FAILPOINT_FLAG, FailpointFolder } from './failpoint-folder.js';
export type { Failpoint, FailpointHit, FailpointOrder } from '@lakeferry/runtime/failpoint';
export { installHttpfs } from './install-httpfs.js';
export { installJars, installPom, type Jars, type PomOptions } from './install-jars.js';
export { prepareKafka, type KafkaServerOptions } from './kafka-server.js';
export { freePort } from './ports.js';
export { preparePostgres, type PostgresServer } from './postgres-server.js';
export { ServerProcess } from './server-process.js';
export {
  SERVICE_NAMES,
  startServices,
  type ServiceName,
  type Services,
  type ServicesOptions,
} from './services.js';
export { DATABASES, startStack, type Stack, type StackOptions } from './stack.js';
export { writeStackFile, type StackFile } from './stack-file.js';
export { ensureBucket, s3Client, type S3Access } from './s3-server.js';
export { clearDataFolder, startTestStack, type TestServers } from './test-stack.js';
