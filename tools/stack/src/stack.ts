import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installJars, type Jars } from './install-jars.js';
import { prepareKafka } from './kafka-server.js';
import { choosePorts, type Ports } from './ports.js';
import { ensureDatabase, preparePostgres, type PostgresServer } from './postgres-server.js';
import { ensureBucket, prepareS3, type S3Access } from './s3-server.js';
import type { ServerProcess } from './server-process.js';
import { lockDataFolder } from './stack-lock.js';

export interface StackOptions {
  /** Everything that the servers keep; the same folder goes on where it was. */
  readonly dataDir: string;
  readonly say?: (line: string) => void;
  /** Settings of PostgreSQL beyond the usual ones. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** Where the broker keeps its log, in place of a folder of `dataDir`. */
  readonly kafkaLogDir?: string;
}

export interface StackServers {
  readonly postgres: ServerProcess;
  readonly kafka: ServerProcess;
  readonly s3: ServerProcess;
}

/** The real servers of the embedded stack, running. */
export interface Stack {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly jars: Jars;
  readonly servers: StackServers;
  readonly postgres: PostgresServer;
  readonly brokers: readonly string[];
  readonly s3: S3Access;
  stop(): Promise<void>;
}

/** Database of tasks and ledger; database that the source `local` is. */
export const DATABASES = { control: 'lakeferry', source: 'local' } as const;

/**
 * Starts PostgreSQL, Kafka and S3Proxy on loopback. They stop with this process, however it ends.
 *
 * @throws Error when the folder is in use by another running stack
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir } = options;
  const say = options.say ?? (() => undefined);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataFolder(dataDir);
  const started: ServerProcess[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    unlock();
  };
  try {
    const jars = await installJars(say);
    const ports = await choosePorts(dataDir);
    const runDir = join(dataDir, 'run');
    const postgres = await preparePostgres({
      dataDir: join(dataDir, 'postgres'),
      runDir,
      port: ports.postgres,
      ...(options.postgresSettings && { settings: options.postgresSettings }),
    });
    const kafka = await prepareKafka({
      jars: jars.kafka,
      dataDir: join(dataDir, 'kafka'),
      runDir,
      port: ports.kafka,
      controllerPort: ports.kafkaController,
      ...(options.kafkaLogDir !== undefined && { logDir: options.kafkaLogDir }),
    });
    const s3 = prepareS3({
      jars: jars.s3proxy,
      dataDir: join(dataDir, 's3'),
      runDir,
      port: ports.s3,
    });
    say('starting PostgreSQL, Kafka and the S3 store');
    const servers = { postgres: postgres.process, kafka, s3: s3.process };
    started.push(...Object.values(servers));
    await Promise.all(started.map((server) => server.start()));
    for (const database of Object.values(DATABASES)) await ensureDatabase(postgres, database);
    await ensureBucket(s3.access);
    const brokers = [`127.0.0.1:${ports.kafka}`];
    return { dataDir, ports, jars, servers, postgres, brokers, s3: s3.access, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
