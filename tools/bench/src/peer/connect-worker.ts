import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, freePort, installPom, ServerProcess } from '@lakeferry/stack';
import { ConnectClient } from './connect-client.js';
import {
  propertiesText,
  secretReference,
  secretsFile,
  workerProperties,
} from './worker-properties.js';

export interface ConnectWorkerOptions {
  /** Folder of the worker. Offsets of earlier connectors stay: each has a name of its own. */
  readonly folder: string;
  readonly brokers: readonly string[];
  /** Values that connectors refer to by name and that the API never shows. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

const READY_MS_MAX = 180_000;
const POM = join(CHECKOUT, 'tools', 'bench', 'src', 'peer', 'poms', 'connect.xml');

/**
 * A standalone Kafka Connect worker with Debezium's connector on its class path. Standalone is what is
 * fastest for one connector: no rebalance before a start, offsets in a file.
 */
export class ConnectWorker {
  private constructor(
    private readonly options: ConnectWorkerOptions,
    private readonly process: ServerProcess,
    readonly client: ConnectClient,
  ) {}

  /** Brings the jars where they are missing, and writes the worker's files. */
  static async prepare(options: ConnectWorkerOptions): Promise<ConnectWorker> {
    const { folder, brokers, secrets, say } = options;
    const title = 'Kafka Connect and Debezium';
    const jars = await installPom({ name: 'connect', title, pom: POM, say });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const port = await freePort();
    const properties = join(folder, 'worker.properties');
    writeFileSync(properties, workerProperties({ folder, brokers, port }));
    writeFileSync(secretsFile(folder), propertiesText(secrets), { mode: 0o600 });
    const client = new ConnectClient(`http://127.0.0.1:${port}`);
    const server = new ServerProcess({
      name: 'connect',
      runDir: folder,
      command: [
        ...['java', '-Xms1g', '-Xmx4g', '-XX:+UseG1GC'],
        ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(jars, '*')],
        ...['org.apache.kafka.connect.cli.ConnectStandalone', properties],
      ],
      isReady: () => client.isHealthy(),
      readyWithinMs: READY_MS_MAX,
    });
    return new ConnectWorker(options, server, client);
  }

  /** Of the Java process, for a meter. */
  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('the Connect worker does not run');
    return pid;
  }

  get logFile(): string {
    return this.process.logFile;
  }

  /** What a configuration says in place of a secret. */
  secret(name: string): string {
    return secretReference(this.options.folder, name);
  }

  start(): Promise<void> {
    return this.process.start();
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
