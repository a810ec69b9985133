export type { LogFields } from './log-fields.js';
export { createLogger, silentLogger, type Logger, type LogLevel } from './logger.js';
export { nestLogger } from './nest-logger.js';
export { metrics, registry } from './metrics.js';
export { Readiness } from './health.js';
export { ObservabilityModule, READINESS } from './observability.module.js';
export { crashOnErrors } from './crash.js';
