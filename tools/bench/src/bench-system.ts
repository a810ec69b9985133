import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { BucketListing, TaskClient, type S3Access, type TaskName } from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  installHttpfs,
  s3Client,
  SERVICE_NAMES,
  startServices,
  startStack,
  type ServerProcess,
  type ServiceName,
  type Services,
  type Stack,
} from '@lakeferry/stack';
import pg from 'pg';
import { ProcessMeter } from './meter/process-meter.js';
import { topicBytes } from './meter/topic-bytes.js';

const DATA_DIR = join(CHECKOUT, '.lakeferry', 'bench');
const EVERY_MS = 50;

export interface BenchSystemOptions {
  readonly say: (line: string) => void;
  /** Settings of PostgreSQL beyond the usual ones. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
}

/** Servers and services as a user has them, in an empty folder, with what a bench asks of them. */
export class BenchSystem implements AsyncDisposable {
  private current: Services | null = null;

  private constructor(
    readonly stack: Stack,
    readonly s3: S3Access & { readonly bucket: string },
    private readonly client: pg.Client,
  ) {}

  static async open({ say, postgresSettings }: BenchSystemOptions): Promise<BenchSystem> {
    await clearDataFolder(DATA_DIR);
    const httpfsFile = (await installHttpfs(say)) ?? undefined;
    const stack = await startStack({
      ...{ dataDir: DATA_DIR, say },
      ...(postgresSettings && { postgresSettings }),
    });
    const client = new pg.Client({ connectionString: stack.postgres.url(DATABASES.source) });
    await client.connect();
    return new BenchSystem(stack, { ...stack.s3, httpfsFile }, client);
  }

  /** The source's database. */
  get url(): string {
    return this.stack.postgres.url(DATABASES.source);
  }

  get sql(): pg.Client {
    return this.client;
  }

  get tasks(): TaskClient {
    return new TaskClient(this.services.restUrl);
  }

  get services(): Services {
    if (this.current === null) throw new Error('the services do not run');
    return this.current;
  }

  service(name: ServiceName): ServerProcess {
    const found = this.services.running.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }

  async startServices(): Promise<void> {
    this.current ??= await startServices({ stack: this.stack, logLevel: 'warn' });
  }

  async stopServices(): Promise<void> {
    await this.current?.stop();
    this.current = null;
  }

  /** Measures servers, and those of the services that run, and `others` by their pids. */
  meter(others: Readonly<Record<string, number>> = {}): ProcessMeter {
    const pids = new Map<string, number>();
    const servers = Object.entries(this.stack.servers) as [string, ServerProcess][];
    const services = SERVICE_NAMES.map((name) => [name, this.current?.running.get(name)] as const);
    for (const [name, server] of [...services, ...servers]) {
      if (server?.pid !== undefined) pids.set(name, server.pid);
    }
    for (const [name, pid] of Object.entries(others)) pids.set(name, pid);
    return ProcessMeter.begin(pids);
  }

  /** Bytes that the broker keeps of a task's topics. */
  kafkaBytes(taskName: string): number {
    const folder = join(this.stack.dataDir, 'kafka', 'log');
    return topicBytes(folder, (topic) => topic.startsWith(`lakeferry.${taskName}-`));
  }

  /** Bytes of the objects below a folder of the bucket. */
  async objectSizes(folder: string): Promise<number[]> {
    const objects = await new BucketListing(this.s3).list(this.s3.bucket, folder);
    return objects.map(({ bytes }) => bytes);
  }

  /** Removes the objects of a folder. */
  async clear(folder: string): Promise<void> {
    const client = s3Client(this.s3);
    try {
      const objects = await new BucketListing(this.s3).list(this.s3.bucket, folder);
      for (const { key } of objects) {
        await client.send(new DeleteObjectCommand({ Bucket: this.s3.bucket, Key: key }));
      }
    } finally {
      client.destroy();
    }
  }

  /** Removes a task and waits until its topics are gone. */
  async removeTask(task: TaskName): Promise<void> {
    await this.tasks.remove(task);
    await until(`the end of ${task.taskName}`, 60_000, async () => {
      return !(await this.tasks.exists(task)) && this.kafkaBytes(task.taskName) === 0;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end().catch(() => undefined);
    await this.stopServices();
    await this.stack.stop();
  }
}

export function pidOf(server: ServerProcess): number {
  if (server.pid === undefined) throw new Error(`${server.name} does not run`);
  return server.pid;
}

/**
 * Looks again and again.
 *
 * @throws Error when it does not come true in time
 */
// eslint-disable-next-line max-params -- reads as a sentence
export async function until(
  what: string,
  msMax: number,
  holds: () => Promise<boolean>,
  everyMs = EVERY_MS,
): Promise<void> {
  const end = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${msMax / 1000} s`);
    await sleep(everyMs);
  }
}
