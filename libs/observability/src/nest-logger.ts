import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own lines through ours: its start-up chatter at debug. */
export function nestLogger(logger: Logger): LoggerService {
  const detail = (message: unknown) => ({ component: 'nest', detail: String(message) });
  return {
    log: (message) => logger.debug('framework message', detail(message)),
    debug: (message) => logger.debug('framework message', detail(message)),
    verbose: (message) => logger.debug('framework message', detail(message)),
    warn: (message) => logger.warn('framework warning', detail(message)),
    error: (message) => logger.error('framework error', detail(message)),
    fatal: (message) => logger.error('framework error', detail(message)),
  };
}
