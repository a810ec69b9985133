import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installHttpfs } from './install-httpfs.js';
import { endStaleServer } from './server-record.js';
import { DATABASES, startStack } from './stack.js';
import { writeStackFile } from './stack-file.js';
import { lockDataFolder } from './stack-lock.js';

/** The servers of one test run, and the environment by which tests find them. */
export interface TestServers {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts servers on an empty folder: what an earlier run left there is ended and removed. */
export async function startTestStack(options: {
  dataDir: string;
  say: (line: string) => void;
}): Promise<TestServers> {
  const { dataDir, say } = options;
  await clearDataFolder(dataDir);
  const httpfs = await installHttpfs(say);
  const stack = await startStack({ dataDir, say });
  const file = join(dataDir, 'stack.json');
  writeStackFile(file, stack, null);
  return {
    env: {
      LAKEFERRY_TEST_STACK_FILE: file,
      LAKEFERRY_TEST_POSTGRES_URL: stack.postgres.url(DATABASES.source),
      LAKEFERRY_TEST_KAFKA_BROKERS: stack.brokers.join(','),
      LAKEFERRY_TEST_KAFKA_JARS: stack.jars.kafka,
      ...(httpfs !== null && { LAKEFERRY_TEST_HTTPFS: httpfs }),
    },
    stop: () => stack.stop(),
  };
}

/**
 * Removes a data folder with all that is in it; servers that still run on it are ended first.
 *
 * @throws Error when a living process has the folder
 */
export async function clearDataFolder(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  lockDataFolder(dataDir);
  const runDir = join(dataDir, 'run');
  const files = existsSync(runDir) ? readdirSync(runDir) : [];
  for (const file of files) {
    if (file.endsWith('.pid')) await endStaleServer(join(runDir, file));
  }
  rmSync(dataDir, { recursive: true, force: true });
}
