import { randomUUID } from 'node:crypto';
import {
  TASK_CONFIG_DEFAULTS,
  LANES_MAX,
  sourceTopic,
  taskTopics,
  type DesiredTask,
  type Mutation,
  type StatusRecord,
  type TaskTopics,
} from '@lakeferry/contracts';
import { StatusReporter, openKafka, type KafkaConnection } from '@lakeferry/kafka';
import { readTopic, uniqueKafkaName } from '@lakeferry/kafka/testing';
import { silentLogger } from '@lakeferry/observability';
import { Secret, systemClock } from '@lakeferry/runtime';
import {
  createTestDatabase,
  eventually,
  openTestClient,
  testStack,
  type TestClient,
  type TestDatabase,
} from '@lakeferry/testing';
import type { ChangefeedConfig } from '../config.js';
import { HeldBytes } from '../publish/held-bytes.js';
import { DesiredTasks } from '../route/desired-tasks.js';
import { SourceRuntime } from '../source/source-runtime.js';

const MIB = 1024 * 1024;

const CONFIG: Omit<ChangefeedConfig, 'kafkaBrokers' | 'httpPort' | 'secretKey' | 'listen'> = {
  kafkaPatienceMs: 40_000,
  token: undefined,
  logLevel: 'info',
  installation: 'lft',
  watermarkMs: 200,
  flushMs: 20,
  flushBytes: MIB,
  scanChunkPages: 2,
  scanDelayMs: 0,
  planSecondsMax: 20,
  taskBytesMax: 1024 * MIB,
  bytesMax: 1024 * MIB,
  laneRowsPerSecond: 50_000,
  laneBytesPerSecond: 16 * MIB,
  laneGrowSeconds: 20,
  laneShrinkSeconds: 600,
};

/** A source with a database of its own on the real servers, and what the changefeed says and writes. */
export class ChangefeedHarness implements AsyncDisposable {
  readonly statuses = new Map<string, StatusRecord>();
  private readonly source = uniqueKafkaName('src')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
  private readonly desired = new DesiredTasks(silentLogger);
  private readonly kafka: KafkaConnection;
  private running: { stop: AbortController; done: Promise<void> } | null = null;
  private readonly topics: string[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly client: TestClient,
    private readonly config: typeof CONFIG,
  ) {
    this.kafka = openKafka({
      brokers: testStack().kafkaBrokers,
      clientId: 'changefeed-spec',
      logger: silentLogger,
    });
  }

  static async open(config: Partial<typeof CONFIG> = {}): Promise<ChangefeedHarness> {
    const database = await createTestDatabase('changefeed');
    const client = await openTestClient(database.url);
    const harness = new ChangefeedHarness(database, client, { ...CONFIG, ...config });
    await harness.kafka.topics.ensureTopics([
      { topic: sourceTopic(harness.source), partitions: 1, kind: 'compacted' },
    ]);
    return harness;
  }

  get url(): string {
    return this.database.url;
  }

  sql(text: string): ReturnType<TestClient['query']> {
    return this.client.query(text);
  }

  /** A task on a table whose first column is a bigint key and whose second is text. */
  async desire(table: string, change: Partial<DesiredTask> = {}): Promise<DesiredTask> {
    const taskId = randomUUID();
    const column = (columnName: string, sourceType: string, type: 'INT64' | 'UTF8') => ({
      ...{ columnName, ossColumnName: columnName, type, sourceType },
      encode: 'PLAIN' as const,
    });
    const task: DesiredTask = {
      ...{ v: 1, taskId, taskName: `t${taskId.slice(0, 6)}`, source: this.source },
      ...{ tableName: table, taskType: 'BASE_INC', state: 'active', lanes: 2, schemaVersion: 1 },
      createdAt: new Date().toISOString(),
      config: {
        ...TASK_CONFIG_DEFAULTS,
        ...{ ossPrefix: 'p', ossBucket: 'lake', format: 'Parquet', timeZone: 'UTC' },
        schema: [column('id', 'int8', 'INT64'), column('note', 'text', 'UTF8')],
        ...{ fileBytesTarget: MIB, fileAgeSecondsMax: 1 },
      },
      ...change,
    };
    await this.createTopics(taskTopics(task.taskName, taskId));
    this.redesire(task);
    return task;
  }

  redesire(task: DesiredTask): void {
    this.desired.apply(task.taskId, JSON.stringify(task));
  }

  /** Streams the source until `stop`, like a process that was given its partition. */
  start(): void {
    const stop = new AbortController();
    const clock = systemClock;
    const heldBytes = new HeldBytes({
      ...{ kafka: this.kafka, clock, logger: silentLogger, everyMs: 1000 },
      ...{ taskBytesMax: this.config.taskBytesMax, installationBytesMax: this.config.bytesMax },
    });
    const status = new StatusReporter({
      ...{ clock, logger: silentLogger, everyMs: 50 },
      publish: (records) => {
        for (const { key, value } of records) {
          this.statuses.set(key, JSON.parse(String(value)) as StatusRecord);
        }
        return Promise.resolve();
      },
    });
    const runtime = new SourceRuntime({
      record: { v: 1, name: this.source, kind: 'postgres', sealedUrl: '', partition: 0 },
      url: new Secret(this.database.url),
      config: {
        ...this.config,
        ...{ kafkaBrokers: [...testStack().kafkaBrokers], httpPort: 0, listen: '127.0.0.1' },
        secretKey: new Secret(''),
      },
      ...{ kafka: this.kafka, desired: this.desired, status, heldBytes, clock },
      logger: silentLogger,
      stillOwner: () => true,
    });
    status.start();
    this.running = { stop, done: runtime.run(stop.signal).then(() => status.stop()) };
  }

  async stop(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.done;
    this.running = null;
  }

  /** Waits for a status that answers the question. */
  status<K extends StatusRecord['kind']>(
    kind: K,
    task: DesiredTask | null,
    is: (status: Extract<StatusRecord, { kind: K }>) => boolean,
  ): Promise<Extract<StatusRecord, { kind: K }>> {
    const key = task === null ? `source/${this.source}` : `${task.taskId}/${kind}`;
    return eventually(
      () => {
        const status = this.statuses.get(key) as Extract<StatusRecord, { kind: K }> | undefined;
        return status !== undefined && is(status) ? status : undefined;
      },
      { what: `${kind} status`, deadlineMs: 45_000 },
    );
  }

  /** Every mutation of the task up to the first watermark above `lsn` in each of its lanes. */
  async mutationsUpTo(task: DesiredTask, lsn: bigint): Promise<Mutation[]> {
    const records = await this.recordsUpTo(task, lsn);
    return records.flatMap(({ headers, value }) =>
      headers['kind'] === 'mutations' ? lines(value) : [],
    );
  }

  /** The same of a task with one lane: its mutations, and `schema <version>` where it changes. */
  async versionsUpTo(task: DesiredTask, lsn: bigint): Promise<(Mutation | string)[]> {
    let version = 1;
    return (await this.recordsUpTo(task, lsn)).flatMap(
      ({ headers, value }): (Mutation | string)[] => {
        if (headers['kind'] === 'mutations') return lines(value);
        if (headers['kind'] !== 'schema') return [];
        const told = (JSON.parse(String(value)) as { version: number }).version;
        if (told <= version) return [];
        version = told;
        return [`schema ${version}`];
      },
    );
  }

  private async recordsUpTo(task: DesiredTask, lsn: bigint) {
    const { rows } = taskTopics(task.taskName, task.taskId);
    const passed = new Set<number>();
    let seen = 0;
    return readTopic(
      this.kafka,
      rows,
      (all) => {
        for (; seen < all.length; seen++) {
          const record = all[seen];
          if (record?.headers['kind'] !== 'watermark') continue;
          const { lsn: at } = JSON.parse(String(record.value)) as { lsn: string };
          const [high = '0', low = '0'] = at.split('/');
          if ((BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) >= lsn)
            passed.add(record.partition);
        }
        return passed.size >= task.lanes;
      },
      60_000,
    );
  }

  /** Every row of the task's base; resolves when all lanes have ended. */
  async base(task: DesiredTask): Promise<Mutation[]> {
    const { base } = taskTopics(task.taskName, task.taskId);
    const ended = (all: readonly { headers: Readonly<Record<string, string>> }[]) =>
      all.filter(({ headers }) => headers['kind'] === 'end').length >= task.lanes;
    const records = await readTopic(this.kafka, base, ended, 60_000);
    return records.flatMap(({ headers, value }) =>
      headers['kind'] === 'mutations' ? lines(value) : [],
    );
  }

  async insertLsn(): Promise<bigint> {
    const { rows } = await this.sql('SELECT (pg_current_wal_insert_lsn() - $$0/0$$)::text AS lsn');
    return BigInt(String(rows[0]?.['lsn']));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.client.end();
    await this.kafka.topics.deleteTopics([...this.topics, sourceTopic(this.source)]);
    await this.database[Symbol.asyncDispose]();
  }

  private async createTopics(topics: TaskTopics): Promise<void> {
    const data = [topics.base, topics.rows, topics.files, topics.dirty];
    await this.kafka.topics.ensureTopics([
      { topic: topics.plan, partitions: 2, kind: 'compacted' },
      { topic: topics.lanes, partitions: LANES_MAX, kind: 'compacted' },
      ...data.map((topic) => ({ topic, partitions: LANES_MAX, kind: 'data' as const })),
    ]);
    this.topics.push(...Object.values(topics));
  }
}

function lines(value: Buffer | null): Mutation[] {
  const text = value?.toString().trimEnd() ?? '';
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Mutation);
}
