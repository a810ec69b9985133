import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installSpark } from '@lakeferry/engines';
import { CHECKOUT, installPom, type S3Access } from '@lakeferry/stack';

export interface SparkOrder {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly schema: string;
  readonly rowsAt: string;
  /** Where Parquet goes, as s3a:// names it. */
  readonly output: string;
  /** Rows after which the query ends. */
  readonly rows: number;
  /** Reads what the topic has; otherwise follows it. */
  readonly once: boolean;
}

export interface SparkAnswer {
  readonly rows: number;
  readonly batches: number;
}

/** Heap as large as that of Connect. */
const HEAP = '4g';
const FOLDER = join(CHECKOUT, 'tools', 'bench');
const POM = join(FOLDER, 'src', 'peer', 'poms', 'spark-kafka.xml');
const LOG_LINES = 20;
const STOP_MS_MAX = 30_000;

type Message = { readonly state: string; readonly error?: string } & Partial<SparkAnswer>;

/** One Spark session, kept for all runs: what warms up stays warm. It ends with this process. */
export class SparkProcess {
  private orders = 0;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly folder: string,
    private readonly messages: AsyncIterator<Message, undefined>,
  ) {}

  /** @param folder its checkpoints, spilled data and log; what was there is gone */
  static async start(options: {
    readonly folder: string;
    readonly s3: S3Access;
    readonly say: (line: string) => void;
  }): Promise<SparkProcess> {
    const { folder, s3, say } = options;
    const { python, hadoopJars } = await installSpark(say);
    const title = "Spark's source for Kafka";
    const kafkaJars = await installPom({ name: 'spark-kafka', title, pom: POM, say });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = openSync(join(folder, 'spark.log'), 'a', 0o600);
    const child = spawn(python, [join(FOLDER, 'spark', 'parquet_sink.py')], {
      cwd: folder,
      env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_HOSTNAME: 'localhost' },
      stdio: ['pipe', 'pipe', log],
      // A group of its own: Ctrl-C on the terminal reaches the parent, which stops it in order.
      detached: true,
    }) as unknown as ChildProcessWithoutNullStreams;
    closeSync(log);
    // Both are heard of as the end of its answers.
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    const spark = new SparkProcess(child, folder, messagesOf(child)[Symbol.asyncIterator]());
    spark.tell({ s3, folder, heap: HEAP, jars: [hadoopJars, kafkaJars] });
    await spark.hear('ready');
    return spark;
  }

  /** Root of its processes: Python's, with Java's below. */
  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('Spark does not run');
    return pid;
  }

  /**
   * Starts a query.
   *
   * @returns when it runs: its end, with what it has written
   */
  async follow(order: SparkOrder): Promise<{ readonly written: Promise<SparkAnswer> }> {
    this.orders += 1;
    const checkpoint = join(this.folder, `checkpoint-${this.orders}`);
    const { rowsAt, brokers, ...rest } = order;
    const places = { brokers: brokers.join(','), checkpoint: `file://${checkpoint}` };
    this.tell({ ...rest, ...places, rows_at: rowsAt });
    await this.hear('running');
    const written = this.hear('written').then(({ rows = 0, batches = 0 }) => ({ rows, batches }));
    // Whoever waits for it hears of an error; one that comes before is not lost and ends nothing.
    written.catch(() => undefined);
    return { written };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.stdin.end();
    // With the Java process of its group, where a query does not let it go.
    const late = setTimeout(() => process.kill(-this.pid, 'SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
  }

  private tell(message: object): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  private async hear(state: string): Promise<Message> {
    const { value, done } = await this.messages.next();
    if (done === true) {
      const log = readFileSync(join(this.folder, 'spark.log'), 'utf8').trimEnd().split('\n');
      throw new Error(`Spark has ended:\n${log.slice(-LOG_LINES).join('\n')}`);
    }
    if (value.state !== state) throw new Error(value.error ?? `Spark says ${value.state}`);
    return value;
  }
}

/** Lines that are messages; libraries print others. */
async function* messagesOf(
  child: ChildProcessWithoutNullStreams,
): AsyncGenerator<Message, undefined> {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) yield JSON.parse(line) as Message;
  }
}
