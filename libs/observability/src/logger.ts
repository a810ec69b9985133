import pino from 'pino';
import { isDeliveryError } from '@lakeferry/errors';
import type { LogFields } from './log-fields.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Lines of JSON with a constant message and fields of the closed list.
 * error: someone must act; warn: degraded and self-healing for a while; info: lifecycle and commits;
 * debug: per batch. Nothing is logged per row.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}

/** Credentials in connection URLs must not reach a log through a library's error message. */
function redact(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1[redacted]@');
}

function describeError(error: unknown): unknown {
  if (isDeliveryError(error)) {
    return {
      code: error.code,
      message: redact(error.message),
      context: error.context,
      cause: error.cause === undefined ? undefined : describeError(error.cause),
      stack: error.action === 'crash' ? redact(error.stack ?? '') : undefined,
    };
  }
  if (error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)) {
    const { name, message, stack } = error as Error;
    return { name, message: redact(message), stack: redact(stack ?? '') };
  }
  return redact(String(error));
}

function wrap(target: pino.Logger): Logger {
  const write = (level: LogLevel) => (message: string, fields?: LogFields) => {
    target[level](fields ?? {}, message);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => wrap(target.child(fields)),
  };
}

/** The logger of a process; writes to standard output. */
export function createLogger(service: string, level: LogLevel): Logger {
  return wrap(
    pino({
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      messageKey: 'message',
    }),
  );
}

/** Says nothing; for tests and tools. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};
