import { isIP } from 'node:net';
import { z } from 'zod';
import { DeliveryError } from '@lakeferry/errors';
import type { Secret } from '@lakeferry/runtime';
import { option } from './define-config.js';
import { kinds } from './kinds.js';

/** Settings that every service has. */
export const baseOptions = {
  kafkaBrokers: option('LAKEFERRY_KAFKA_BROKERS', kinds.list, 'host:port of brokers, with commas'),
  kafkaPatienceMs: option(
    'LAKEFERRY_KAFKA_PATIENCE_MS',
    kinds.integerOr(40_000, 1_000, 45_000),
    'how long a step of a transaction is tried while brokers refuse or are away, before it is begun anew; each try of a silent broker takes up to 20 s',
  ),
  listen: option('LAKEFERRY_LISTEN', kinds.textOr('127.0.0.1'), 'address to listen on'),
  httpPort: option('LAKEFERRY_HTTP_PORT', kinds.port, 'port of REST, health and metrics'),
  token: option('LAKEFERRY_TOKEN', kinds.optionalSecret, 'bearer token; needed beyond loopback'),
  logLevel: option(
    'LAKEFERRY_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    'debug, info, warn or error',
  ),
} as const;

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
}

/** @throws DeliveryError CONFIG_INVALID when a service would listen beyond loopback without a token. */
export function refuseOpenListener(config: { listen: string; token: Secret | undefined }): void {
  if (isLoopback(config.listen) || config.token !== undefined) return;
  throw new DeliveryError(
    'CONFIG_INVALID',
    `LAKEFERRY_LISTEN is ${config.listen}, beyond loopback, and LAKEFERRY_TOKEN is not set: ` +
      'set a token, or listen on 127.0.0.1',
  );
}
