import type { Logger } from './logger.js';

/**
 * Ends the process with a line in its log: for errors with policy `crash`, and for whatever nobody
 * caught. Whoever runs the process starts it again.
 */
export function crashOnErrors(logger: Logger): (error: unknown) => never {
  const crash = (err: unknown): never => {
    logger.error('the process can not go on', { err });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return crash;
}
