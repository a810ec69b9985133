import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  CHUNK_BYTES_MAX,
  FILE_HEADERS,
  LANES_MAX,
  taskGroups,
  taskTopics,
  writerStatus,
  type DesiredTask,
  type FileMark,
  type FileSeal,
  type WriterStatus,
} from '@lakeferry/contracts';
import {
  FencedProducer,
  RecordPublisher,
  openKafka,
  type KafkaConnection,
  type TopicMessages,
} from '@lakeferry/kafka';
import { readTopic, uniqueKafkaName } from '@lakeferry/kafka/testing';
import { S3Endpoint, type ObjectStore } from '@lakeferry/object-store';
import { bucketOwner, testS3, type TestS3 } from '@lakeferry/object-store/testing';
import { Readiness, silentLogger } from '@lakeferry/observability';
import {
  desiredTaskOf,
  openTaskStore,
  type LedgerObject,
  type TaskStore,
} from '@lakeferry/task-store';
import {
  createControlDatabase,
  seedTask,
  type ControlDatabase,
} from '@lakeferry/task-store/testing';
import { systemClock } from '@lakeferry/runtime';
import { eventually, testStack } from '@lakeferry/testing';
import { RoleBook, type RoleBookOptions } from '../role/role-book.js';
import { Buckets } from '../upload/buckets.js';
import type { PlaceSettings } from '../upload/decide-place.js';
import { WriterPipeline } from '../writer.pipeline.js';

const MIB = 1024 * 1024;
/** Bodies of 5 MiB and more go in parts, so that tests of multipart uploads stay small. */
export const TEST_LIMITS = { singleBytesMax: 5 * MIB, partBytes: 5 * MIB };

/** A store that is stalled is given up sooner than in earnest. */
const SILENCE_MS_MAX = 2_000;

export interface PipelineOptions {
  readonly retentionSeconds?: number;
  readonly trimIntervalMs?: number;
  readonly bucketCheckSeconds?: number;
  readonly endpoint?: string;
  readonly places?: Partial<PlaceSettings>;
  readonly roles?: Partial<RoleBookOptions>;
}

/** A file as it was written to Kafka. */
export interface WrittenFile {
  readonly seal: FileSeal;
  readonly records: TopicMessages['messages'];
}

/**
 * One task between Kafka, a control database and the S3 store of the stack, all real: the test plays
 * the encoder by `write`, starts writers, and looks at bucket, ledger and statuses.
 */
export class WriterHarness implements AsyncDisposable {
  readonly s3: TestS3 = testS3();
  readonly topics = { tasks: uniqueKafkaName('tasks'), status: uniqueKafkaName('status') };
  readonly kafka: KafkaConnection;
  readonly store: ObjectStore;
  readonly #endpoint: S3Endpoint;
  readonly #database: ControlDatabase;
  readonly #publisher: RecordPublisher;
  readonly #producers = new Map<number, FencedProducer>();
  readonly #running = new Set<WriterPipeline>();
  readonly #pools: Buckets[] = [];
  readonly crashes: unknown[] = [];

  private constructor(
    database: ControlDatabase,
    readonly control: TaskStore,
    readonly task: DesiredTask,
  ) {
    this.kafka = openKafka({
      brokers: testStack().kafkaBrokers,
      clientId: 'writer-test',
      logger: silentLogger,
    });
    this.#database = database;
    this.#publisher = new RecordPublisher(this.kafka);
    this.#endpoint = new S3Endpoint(this.s3);
    this.store = this.#endpoint.bucket(task.config.ossBucket);
  }

  static async open(options: { bucket?: string } = {}): Promise<WriterHarness> {
    const database = await createControlDatabase(testStack().postgresUrl);
    const control = await openTaskStore(database.url);
    const seeded = desiredTaskOf(await seedTask(control), 'active');
    const config = {
      ...seeded.config,
      ossPrefix: `w${randomUUID().slice(0, 8)}/year=$yyyy`,
      ossBucket: options.bucket ?? testS3().bucket,
    };
    const harness = new WriterHarness(database, control, { ...seeded, config, lanes: LANES_MAX });
    const { taskName, taskId } = harness.task;
    const { files, lanes } = taskTopics(taskName, taskId);
    await harness.kafka.topics.ensureTopics([
      { topic: harness.topics.tasks, partitions: 1, kind: 'compacted' },
      { topic: harness.topics.status, partitions: 1, kind: 'compacted' },
      { topic: files, partitions: LANES_MAX, kind: 'data' },
      { topic: lanes, partitions: LANES_MAX, kind: 'compacted' },
    ]);
    await harness.desire(harness.task);
    return harness;
  }

  get folder(): string {
    return this.task.config.ossPrefix.split('/')[0] ?? '';
  }

  get filesTopic(): string {
    return taskTopics(this.task.taskName, this.task.taskId).files;
  }

  get group(): string {
    return taskGroups(this.task.taskName, this.task.taskId).writer;
  }

  /** A rendered prefix of the task. */
  prefix(year: number): string {
    return `${this.folder}/year=${year}`;
  }

  async desire(task: DesiredTask | null): Promise<void> {
    const value = task === null ? null : JSON.stringify(task);
    await this.#publisher.publish(this.topics.tasks, [{ key: this.task.taskId, value }]);
  }

  async startWriter(options: PipelineOptions = {}): Promise<WriterPipeline> {
    const pipeline = new WriterPipeline({
      config: {
        holdSeconds: 1,
        bucketCheckSeconds: options.bucketCheckSeconds ?? 1,
        memoryBytesMax: 8 * MIB,
        redeliveryRetentionSeconds: options.retentionSeconds ?? 3600,
      },
      kafka: this.kafka,
      ledger: this.control.ledger,
      bucketLedger: this.control.buckets,
      buckets: this.#openBuckets(options),
      readiness: new Readiness(),
      logger: silentLogger,
      onCrash: (error) => this.crashes.push(error),
      trimIntervalMs: options.trimIntervalMs ?? 60_000,
      topics: this.topics,
    });
    this.#running.add(pipeline);
    await pipeline.start();
    return pipeline;
  }

  #openBuckets({ endpoint, places, roles }: PipelineOptions): Buckets {
    const buckets = new Buckets({
      settings: {
        ...{ region: undefined, endpoints: undefined, endpointsOnly: false },
        s3Checksums: 'when-required',
        s3Endpoint: endpoint ?? this.s3.endpoint,
        s3Region: this.s3.region,
        s3ForcePathStyle: this.s3.forcePathStyle,
        ...places,
      },
      roles: new RoleBook({
        ...{ file: undefined, roles: undefined, autocreate: false, region: this.s3.region },
        keys: this.s3.credentials,
        ...{ clock: systemClock, logger: silentLogger },
        ...roles,
      }),
      limits: TEST_LIMITS,
      silenceMsMax: SILENCE_MS_MAX,
    });
    this.#pools.push(buckets);
    return buckets;
  }

  /** The bucket goes with everything in it, and another of its name comes. */
  async recreateBucket(): Promise<void> {
    const { ossBucket } = this.task.config;
    await bucketOwner.removeBucket(this.s3, ossBucket);
    await bucketOwner.create(this.s3, ossBucket);
  }

  async stopWriter(pipeline: WriterPipeline, drainMsMax: number): Promise<void> {
    this.#running.delete(pipeline);
    await pipeline.stop({ drainMsMax });
  }

  /** All writers end at once, without a chance to finish anything. */
  async killWriters(): Promise<void> {
    for (const pipeline of this.#running) await this.stopWriter(pipeline, 0);
  }

  /** Writes one file in one transaction, as the encoder does. */
  async write(file: { lane?: number; year?: number; bytes?: number }): Promise<WrittenFile> {
    const { lane = 0, year = 2026, bytes = 1000 } = file;
    const written = makeFile({ lane, prefix: this.prefix(year), bytes });
    await this.append(lane, written.records);
    return written;
  }

  async mark(lane: number, mark: Partial<FileMark>): Promise<void> {
    const value: FileMark = { v: 1, lane, baseSealed: false, lsn: null, at: null, ...mark };
    const headers = { [FILE_HEADERS.kind]: 'mark' };
    await this.append(lane, [
      { partition: lane, key: 'mark', value: JSON.stringify(value), headers },
    ]);
  }

  async append(lane: number, messages: TopicMessages['messages']): Promise<void> {
    const producer = await this.#producer(lane);
    await producer.commit({
      messages: [{ topic: this.filesTopic, messages, compression: 'none' }],
    });
  }

  /** Keys of the task's objects in the bucket, sorted. */
  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.list(`${this.folder}/`)) keys.push(key);
    return keys.sort();
  }

  /** The bytes of an object as the store has them. */
  read(key: string): Promise<Buffer> {
    return bucketOwner.read(this.s3, this.task.config.ossBucket, key);
  }

  /** Keys of the task's multipart uploads that are neither completed nor aborted. */
  unfinished(year?: number): Promise<readonly string[]> {
    const prefix = year === undefined ? this.folder : this.prefix(year);
    return bucketOwner.unfinished(this.s3, this.task.config.ossBucket, `${prefix}/`);
  }

  /** Visible objects in the ledger, oldest first. */
  async visible(): Promise<readonly LedgerObject[]> {
    const page = { limit: 1000, state: 'visible' } as const;
    const { objects } = await this.control.ledger.objects(this.task.taskId, page);
    return objects.toReversed();
  }

  async untilVisible(count: number, deadlineMs = 30_000): Promise<readonly LedgerObject[]> {
    return await eventually(
      async () => {
        const visible = await this.visible();
        return visible.length >= count && visible;
      },
      { deadlineMs, what: `${count} visible objects` },
    );
  }

  /** The newest statuses of a lane, until one is as wanted. */
  async untilStatus(
    lane: number,
    wanted: (status: WriterStatus) => boolean,
  ): Promise<WriterStatus> {
    const statuses = (records: Awaited<ReturnType<typeof readTopic>>) =>
      records
        .map(({ value }) => writerStatus.parse(JSON.parse(value?.toString() ?? '')))
        .filter((status) => status.lane === lane);
    const records = await readTopic(this.kafka, this.topics.status, (all) => {
      const last = statuses(all).at(-1);
      return last !== undefined && wanted(last);
    });
    const found = statuses(records).at(-1);
    if (found === undefined) throw new Error('no status of the lane');
    return found;
  }

  /** Of every file exactly one object with its bytes, and nothing else; sequences are gapless from `first`. */
  async assertExactly(files: readonly WrittenFile[], first = 1): Promise<void> {
    const visible = await this.visible();
    const keys = await this.keys();
    const byKey = visible.map(({ objectKey }) => objectKey).sort();
    if (JSON.stringify(byKey) !== JSON.stringify(keys)) {
      throw new Error(`ledger and bucket differ: ${byKey.join(', ')} against ${keys.join(', ')}`);
    }
    const fileIds = visible.map(({ fileId }) => fileId).sort();
    const written = files.map(({ seal }) => seal.fileId).sort();
    if (JSON.stringify(fileIds) !== JSON.stringify(written)) {
      throw new Error(`${fileIds.length} files visible of ${written.length}`);
    }
    for (const { objectKey, sha256, bytes } of visible) {
      const head = await this.store.head(objectKey);
      if (head?.sha256 !== sha256 || head.bytes !== bytes) throw new Error(`torn: ${objectKey}`);
    }
    for (const group of Map.groupBy(visible, ({ lane, prefix }) => `${lane} ${prefix}`).values()) {
      const ids = group.toSorted((a, b) => a.sequence - b.sequence).map(({ fileId }) => fileId);
      const order = files
        .filter(({ seal }) => ids.includes(seal.fileId))
        .map(({ seal }) => seal.fileId);
      if (JSON.stringify(ids) !== JSON.stringify(order)) throw new Error('files out of order');
      const sequences = group.map(({ sequence }) => sequence).sort((a, b) => a - b);
      sequences.forEach((sequence, index) => {
        if (sequence !== first + index) throw new Error(`gap: ${sequences.join(', ')}`);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killWriters();
    for (const producer of this.#producers.values()) await producer.close();
    await this.#publisher.close();
    const { files, lanes } = taskTopics(this.task.taskName, this.task.taskId);
    await this.kafka.topics.deleteTopics([files, lanes, this.topics.tasks, this.topics.status]);
    await this.control.close();
    this.#endpoint.close();
    for (const buckets of this.#pools) buckets.close();
    await this.#database[Symbol.asyncDispose]();
  }

  async #producer(lane: number): Promise<FencedProducer> {
    const known = this.#producers.get(lane);
    if (known !== undefined) return known;
    const { taskName, taskId } = this.task;
    const producer = await FencedProducer.open({
      kafka: this.kafka,
      transactionalId: `${this.group}.test.${lane}`,
      checkpoint: { topic: taskTopics(taskName, taskId).lanes, partition: lane },
      onCheckpoint: () => undefined,
      stillOwner: () => true,
    });
    this.#producers.set(lane, producer);
    return producer;
  }
}

/** A file of random bytes as records of `files`. */
export function makeFile(file: { lane: number; prefix: string; bytes: number }): WrittenFile {
  const { lane, prefix, bytes } = file;
  const content = randomBytes(bytes);
  const fileId = randomUUID();
  const chunks = Math.ceil(bytes / CHUNK_BYTES_MAX);
  const seal: FileSeal = {
    ...{ v: 1, fileId, lane, phase: 'rows', prefix, rows: 10, bytes, chunks },
    sha256: createHash('sha256').update(content).digest('hex'),
    ...{ first: ['0/1', '0/1', 0], last: ['0/2', '0/2', 0], reason: 'age' },
    ...{ dirty: 0, schemaVersion: 1, content: 'parquet' },
  };
  const records = Array.from({ length: chunks }, (_, chunk) => ({
    partition: lane,
    key: fileId,
    value: content.subarray(chunk * CHUNK_BYTES_MAX, (chunk + 1) * CHUNK_BYTES_MAX),
    headers: { [FILE_HEADERS.kind]: 'chunk', [FILE_HEADERS.chunk]: String(chunk) },
  }));
  const headers = { [FILE_HEADERS.kind]: 'seal' };
  const sealed = { partition: lane, key: fileId, value: JSON.stringify(seal), headers };
  return { seal, records: [...records, sealed] };
}
