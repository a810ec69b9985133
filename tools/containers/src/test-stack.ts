import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  clearDataFolder,
  DATABASES,
  ensureBucket,
  installHttpfs,
  installJars,
  type TestServers,
} from '@lakeferry/stack';
import pg from 'pg';
import type { StartedTestContainer } from 'testcontainers';
import { findEngine } from './engine.js';
import { imagesOf } from './image-roles.js';
import { TEST_LABEL } from './paths.js';
import { runCommand } from './run-command.js';
import { readSettings } from './settings-file.js';
import { startKafka, startPostgres, startS3 } from './test-servers.js';

const secret = (): string => randomBytes(18).toString('hex');

/**
 * The servers of one test run, in containers: the same facts as those of the embedded stack. What an earlier
 * run that was killed left behind is removed first.
 *
 * @throws Error when no container engine answers
 */
export async function startTestStack(options: {
  dataDir: string;
  say: (line: string) => void;
}): Promise<TestServers> {
  const { dataDir, say } = options;
  for (const [name, value] of Object.entries(readSettings())) process.env[name] ??= value;
  if ((await findEngine()) === undefined) {
    throw new Error('no container engine answers: run "npm run containers" first');
  }
  await removeLeftovers();
  await clearDataFolder(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const jars = await installJars(say);
  const httpfs = await installHttpfs(say);
  const images = imagesOf(process.env);
  say(`starting ${images.postgres}, ${images.kafka} and ${images.s3}`);
  const started: StartedTestContainer[] = [];
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop({ removeVolumes: true })));
  };
  const keep = async <T extends { container: StartedTestContainer }>(server: Promise<T>) => {
    const result = await server;
    started.push(result.container);
    return result;
  };
  try {
    const [postgres, kafka, s3] = await settled([
      keep(startPostgres(images, secret())),
      keep(startKafka(images)),
      keep(startS3(images, secret())),
    ]);
    await createDatabases(postgres.url('postgres'));
    await ensureBucket(s3.access);
    const url = postgres.url(DATABASES.source);
    const file = join(dataDir, 'stack.json');
    const facts = {
      source: { name: 'local', url },
      control: { url: postgres.url(DATABASES.control) },
      kafka: { brokers: kafka.brokers, jars: jars.kafka },
      s3: s3.access,
    };
    writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
    return {
      env: {
        LAKEFERRY_TEST_STACK_FILE: file,
        LAKEFERRY_TEST_POSTGRES_URL: url,
        LAKEFERRY_TEST_KAFKA_BROKERS: kafka.brokers.join(','),
        LAKEFERRY_TEST_KAFKA_JARS: jars.kafka,
        ...(httpfs !== null && { LAKEFERRY_TEST_HTTPFS: httpfs }),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All results, or the first failure once nothing is under way any more. */
async function settled<T extends readonly unknown[]>(work: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function createDatabases(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const present = new Set(rows.map(({ datname }) => datname));
    for (const name of Object.values(DATABASES)) {
      if (!present.has(name))
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}

async function removeLeftovers(): Promise<void> {
  const filter = `label=${TEST_LABEL.name}=${TEST_LABEL.value}`;
  const left = await runCommand('docker', ['ps', '--all', '--quiet', '--filter', filter]);
  const ids = left.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await runCommand('docker', ['rm', '--force', '--volumes', ...ids]);
}
