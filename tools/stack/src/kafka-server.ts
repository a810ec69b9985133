import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accepts } from './ports.js';
import { ServerProcess } from './server-process.js';

const run = promisify(execFile);

export interface KafkaServerOptions {
  readonly jars: string;
  readonly dataDir: string;
  /** Where its log is; a folder of `dataDir` where it is not told. */
  readonly logDir?: string;
  readonly runDir: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Name of pid and log file; for a second broker of a test. */
  readonly name?: string;
}

/** A real Apache Kafka broker (KRaft, one node), on loopback. */
export async function prepareKafka(options: KafkaServerOptions): Promise<ServerProcess> {
  const { jars, dataDir, runDir, port } = options;
  mkdirSync(dataDir, { recursive: true });
  const properties = join(dataDir, 'server.properties');
  writeFileSync(properties, serverProperties(options));
  const idFile = join(dataDir, 'cluster.id');
  if (!existsSync(idFile)) writeFileSync(idFile, newClusterId());
  await run('java', [
    ...['-Xmx128m', '-XX:+UseSerialGC', '-cp', join(jars, '*')],
    ...['kafka.tools.StorageTool', 'format', '--standalone', '--ignore-formatted'],
    ...['-t', readFileSync(idFile, 'utf8'), '-c', properties],
  ]);
  return new ServerProcess({
    name: options.name ?? 'kafka',
    runDir,
    command: [
      ...['java', '-Xms128m', '-Xmx512m', '-XX:+UseSerialGC'],
      ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(jars, '*')],
      ...['kafka.Kafka', properties],
    ],
    isReady: () => accepts(port),
  });
}

const MIB = 1024 * 1024;

function serverProperties(options: KafkaServerOptions): string {
  const { port, controllerPort, dataDir, logDir = join(dataDir, 'log') } = options;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'log.dirs': logDir,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'min.insync.replicas': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'message.max.bytes': 10 * MIB,
    'replica.fetch.max.bytes': 10 * MIB,
    // A killed broker may come back as soon as its old session has ended.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** A base64 uuid that no command line takes for an option: it never starts with a dash. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}
