import { join } from 'node:path';
import { DATABASES, type Stack } from '@lakeferry/stack';
import { ConnectWorker } from './connect-worker.js';

/** Name of the worker's secret that is the password of the source database. */
export const PASSWORD_SECRET = 'password';

/** The Connect worker of a stack, not yet started. */
export function prepareWorker(stack: Stack, say: (line: string) => void): Promise<ConnectWorker> {
  const url = new URL(stack.postgres.url(DATABASES.source));
  return ConnectWorker.prepare({
    folder: join(stack.dataDir, 'connect'),
    brokers: stack.brokers,
    secrets: { [PASSWORD_SECRET]: decodeURIComponent(url.password) },
    say,
  });
}
