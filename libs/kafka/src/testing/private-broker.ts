import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';

const JAVA_OPTIONS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC'];
const READY_MS_MAX = 40_000;
const CLUSTER_ID = 'TGFrZWZlcnJ5VGVzdHMwMQ';

/** A broker of a test's own, for the tests that kill it. */
export class PrivateBroker {
  readonly #jars: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(jars: string, folder: string, port: number) {
    this.#jars = jars;
    this.#folder = folder;
    this.#port = port;
  }

  /** @param jars folder with the jars of a broker */
  static async start(jars: string): Promise<PrivateBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'lakeferry-broker-'));
    const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
    const broker = new PrivateBroker(jars, folder, port);
    const config = join(folder, 'server.properties');
    await writeFile(config, properties(folder, port, controllerPort));
    const format = ['format', '--standalone', '--ignore-formatted', '-t', CLUSTER_ID, '-c', config];
    const formatted = spawnSync('java', [
      ...broker.#classpath(),
      'kafka.tools.StorageTool',
      ...format,
    ]);
    if (formatted.status !== 0) throw new Error(`the broker's storage: ${formatted.stderr}`);
    await broker.restart();
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Starts the broker with its old data; resolves when it takes connections. */
  async restart(): Promise<void> {
    const config = join(this.#folder, 'server.properties');
    const child = spawn('java', [...JAVA_OPTIONS, ...this.#classpath(), 'kafka.Kafka', config]);
    this.#process = child;
    const log = createWriteStream(join(this.#folder, 'server.log'), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    await eventually(() => connects(this.#port), READY_MS_MAX);
  }

  /** As a power cut would: nothing is flushed or said. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** An orderly stop. */
  async shutDown(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async dispose(): Promise<void> {
    await this.#end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  #classpath(): string[] {
    return ['-cp', join(this.#jars, '*')];
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await exited;
  }
}

function properties(folder: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'log.dirs': join(folder, 'log'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'min.insync.replicas': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'message.max.bytes': 10 * 1024 * 1024,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function connects(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
