import { spawn, type ChildProcess } from 'node:child_process';
import {
  formatLsn,
  PLAN_KEYS,
  PLAN_PARTITIONS,
  statusKey,
  statusRecord,
  taskTopics,
  type ControlRecord,
  type DesiredTask,
  type EncoderStatus,
  type PlanSchema,
  type ScanPosition,
  type TaskTopics,
  type WriterStatus,
} from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import {
  FencedProducer,
  openKafka,
  RecordPublisher,
  type FollowedRecord,
  type KafkaConnection,
} from '@lakeferry/kafka';
import { readTopic } from '@lakeferry/kafka/testing';
import { Readiness, silentLogger } from '@lakeferry/observability';
import { must } from '@lakeferry/runtime';
import { testStack } from '@lakeferry/testing';
import { EncoderPipeline, type EncoderPipelineOptions } from '../encoder.pipeline.js';
import { assemble, idsOf } from './delivered-files.js';
import {
  AT,
  C,
  control,
  encoderConfig,
  mutations,
  newPlan,
  newTask,
  PARTITIONS,
  planMessages,
  rowsOf,
  type HarnessOptions,
  type TestRow,
} from './encoder-fixtures.js';
import type { EncoderProcessOptions } from './encoder-process.js';

/** A task with its topics on a real broker, a source written by hand, and encoders that come and go. */
export class EncoderHarness implements AsyncDisposable {
  readonly kafka: KafkaConnection;
  readonly topics: TaskTopics;
  readonly crashes: DeliveryError[] = [];
  readonly globalTopics: { readonly tasks: string; readonly status: string };
  task: DesiredTask;
  private readonly publisher: RecordPublisher;
  private readonly pipelines = new Set<EncoderPipeline>();
  private readonly children = new Set<ChildProcess>();
  private producers: { stream: FencedProducer; scan: FencedProducer } | undefined;
  private lsn = C;

  private constructor(options: HarnessOptions) {
    const brokers = testStack().kafkaBrokers;
    this.kafka = openKafka({ brokers, clientId: 'lakeferry-test', logger: silentLogger });
    this.publisher = new RecordPublisher(this.kafka);
    this.task = newTask(options);
    this.topics = taskTopics(this.task.taskName, this.task.taskId);
    const scope = `test.${this.task.taskName}`;
    this.globalTopics = { tasks: `${scope}.tasks`, status: `${scope}.status` };
  }

  static async open(options: HarnessOptions = {}): Promise<EncoderHarness> {
    const harness = new EncoderHarness(options);
    await harness.createTopics();
    return harness;
  }

  /** Publishes the desired state. */
  async want(state: DesiredTask['state']): Promise<void> {
    this.task = { ...this.task, state };
    const { taskId: key } = this.task;
    const value = JSON.stringify(this.task);
    await this.publisher.publish(this.globalTopics.tasks, [{ key, value }]);
  }

  async publishPlan(): Promise<void> {
    const records = [
      [PLAN_KEYS.schema(1), this.schema(1)],
      [PLAN_KEYS.plan, newPlan(this.task)],
    ] as const;
    await this.source.stream.commit({
      messages: [
        { topic: this.topics.plan, messages: planMessages(PLAN_PARTITIONS.stream, records) },
      ],
    });
  }

  async publishSchema(version: number, ossPrefix: string): Promise<void> {
    const record = [PLAN_KEYS.schema(version), { ...this.schema(version), ossPrefix }] as const;
    await this.source.stream.commit({
      messages: [
        { topic: this.topics.plan, messages: planMessages(PLAN_PARTITIONS.stream, [record]) },
      ],
    });
  }

  /** Commits rows of one transaction to a lane; returns its commit LSN. */
  async rows(lane: number, rows: readonly TestRow[], commitLsn?: bigint): Promise<bigint> {
    this.lsn = commitLsn ?? this.lsn + 0x100n;
    const lsn = formatLsn(this.lsn);
    const lines = rows.map(({ id, note = `note ${id}`, at = AT, oversize }, index) =>
      JSON.stringify({
        op: 'c',
        table: 'public.orders',
        lsn,
        at,
        change: [lsn, index],
        key: { id },
        row: { id, note },
        oversize,
      }),
    );
    const message = mutations(lane, lines);
    await this.source.stream.commit({
      messages: [{ topic: this.topics.rows, messages: [message] }],
    });
    return this.lsn;
  }

  /** Commits scanned rows to the base of a lane; ids are their tuples. */
  async base(lane: number, rows: readonly TestRow[]): Promise<void> {
    const lines = rows.map(({ id, note = `note ${id}`, at = AT }) =>
      JSON.stringify({
        op: 'r',
        table: 'public.orders',
        lsn: formatLsn(C),
        at,
        page: [0, id],
        key: { id },
        row: { id, note },
      }),
    );
    const message = mutations(lane, lines);
    await this.source.scan.commit({ messages: [{ topic: this.topics.base, messages: [message] }] });
  }

  /** Ends the base of all lanes; E is behind everything committed so far. */
  async endScan(): Promise<bigint> {
    const lanes = Array.from({ length: this.task.lanes }, (_, lane) => lane);
    const e = this.lsn + 0x80n;
    const position: ScanPosition = {
      v: 1,
      chunk: 1,
      within: null,
      rows: 0,
      bytes: 0,
      laneRows: lanes.map(() => 0),
      end: formatLsn(e),
    };
    await this.source.scan.commit({
      messages: [
        {
          topic: this.topics.base,
          messages: lanes.map((lane) => control(lane, { control: 'end', rows: 0 })),
        },
        {
          topic: this.topics.plan,
          messages: planMessages(PLAN_PARTITIONS.scan, [[PLAN_KEYS.scan, position]]),
        },
      ],
    });
    return e;
  }

  /** Writes a control record to all lanes. */
  async control(record: ControlRecord): Promise<void> {
    const messages = Array.from({ length: PARTITIONS }, (_, lane) => control(lane, record));
    await this.source.stream.commit({ messages: [{ topic: this.topics.rows, messages }] });
  }

  /** Opens lanes as the changefeed does: plan and control records in one transaction. */
  async openLanes(opened: number): Promise<void> {
    this.lsn += 0x100n;
    const lsn = formatLsn(this.lsn);
    const openings = [{ opened, lsn, at: AT }];
    const record = [PLAN_KEYS.lanes, { v: 1, openings }] as const;
    const rows = Array.from({ length: opened }, (_, lane) =>
      control(lane, { control: 'lanes', count: opened, lsn, openings }),
    );
    await this.source.stream.commit({
      messages: [
        { topic: this.topics.plan, messages: planMessages(PLAN_PARTITIONS.stream, [record]) },
        { topic: this.topics.rows, messages: rows },
      ],
    });
  }

  /** A watermark above everything committed so far; returns its LSN. */
  async watermark(): Promise<string> {
    this.lsn += 0x100n;
    const lsn = formatLsn(this.lsn);
    await this.control({ control: 'watermark', lsn, at: AT });
    return lsn;
  }

  async baseVisible(lane: number): Promise<void> {
    const status: WriterStatus = {
      kind: 'writer',
      taskId: this.task.taskId,
      lane,
      baseVisible: true,
      deliveredLsn: null,
      deliveredAt: null,
      error: null,
    };
    const record = { key: statusKey(status), value: JSON.stringify(status) };
    await this.publisher.publish(this.globalTopics.status, [record]);
  }

  async startEncoder(
    options: Partial<Pick<EncoderPipelineOptions, 'config'>> = {},
  ): Promise<EncoderPipeline> {
    const pipeline = new EncoderPipeline({
      config: options.config ?? encoderConfig(),
      kafka: this.kafka,
      logger: silentLogger,
      readiness: new Readiness(),
      onCrash: (error) => this.crashes.push(error),
      globalTopics: this.globalTopics,
    });
    this.pipelines.add(pipeline);
    await pipeline.start();
    return pipeline;
  }

  async stopEncoder(pipeline: EncoderPipeline): Promise<void> {
    this.pipelines.delete(pipeline);
    await pipeline.stop();
  }

  /** An encoder that can be killed, at its failpoints too; it runs what was compiled. */
  spawnEncoder(how: { flags?: readonly string[]; failpoints?: string } = {}): ChildProcess {
    const options: EncoderProcessOptions = {
      brokers: testStack().kafkaBrokers,
      config: encoderConfig(),
      globalTopics: this.globalTopics,
    };
    const file = new URL('../../dist/testing/encoder-process.js', import.meta.url);
    const { flags = [], failpoints } = how;
    const child = spawn(process.execPath, [...flags, file.pathname, JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, LAKEFERRY_FAILPOINTS: failpoints },
    });
    this.children.add(child);
    return child;
  }

  /** The last status of a lane that satisfies `enough`, with all records of `lakeferry.status` so far. */
  async status(enough: (status: EncoderStatus) => boolean): Promise<EncoderStatus> {
    const parse = (seen: readonly FollowedRecord[]) =>
      seen
        .map((record) => statusRecord.parse(JSON.parse(`${record.value}`)))
        .findLast((status): status is EncoderStatus => status.kind === 'encoder' && enough(status));
    const records = await readTopic(
      this.kafka,
      this.globalTopics.status,
      (seen) => parse(seen) !== undefined,
      30_000,
    );
    return must(parse(records), 'it was seen');
  }

  /** The first record of a topic with that key whose JSON satisfies `matches`. */
  async record(topic: string, key: string, matches: (json: object) => boolean = () => true) {
    const find = (seen: readonly FollowedRecord[]) =>
      seen
        .filter((record) => `${record.key}` === key)
        .map((record) => JSON.parse(`${record.value}`) as Record<string, unknown>)
        .find(matches);
    const records = await readTopic(this.kafka, topic, (seen) => find(seen) !== undefined, 30_000);
    return must(find(records), 'it was seen');
  }

  /** What is in `files` once it holds that many rows. */
  async files(rows: number) {
    const records = await readTopic(
      this.kafka,
      this.topics.files,
      (seen) => rowsOf(seen) >= rows,
      30_000,
    );
    return assemble(records);
  }

  /** Marks of a lane once one of them satisfies `enough`. */
  async marks(enough: (marks: ReturnType<typeof assemble>['marks']) => boolean) {
    const read = (seen: readonly FollowedRecord[]) => {
      const complete = seen.findLastIndex((record) => record.headers['kind'] !== 'chunk');
      return assemble(seen.slice(0, complete + 1));
    };
    const records = await readTopic(
      this.kafka,
      this.topics.files,
      (seen) => enough(read(seen).marks),
      30_000,
    );
    return read(records);
  }

  /** Ids in all files, sorted, once there are that many rows. */
  async ids(rows: number): Promise<readonly number[]> {
    const { files } = await this.files(rows);
    const ids = await Promise.all(files.map(idsOf));
    return ids.flat().sort((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    for (const pipeline of this.pipelines) await pipeline.stop();
    await this.producers?.stream.close();
    await this.producers?.scan.close();
    await this.publisher.close();
  }

  private get source() {
    if (this.producers === undefined) throw new Error('the harness is not open');
    return this.producers;
  }

  private async createTopics(): Promise<void> {
    const { plan, base, rows, files, lanes, dirty } = this.topics;
    const own = `${plan}.source`;
    await this.kafka.topics.ensureTopics([
      ...[base, rows, files, dirty].map((topic) => ({
        topic,
        partitions: PARTITIONS,
        kind: 'data' as const,
      })),
      { topic: lanes, partitions: PARTITIONS, kind: 'compacted' },
      { topic: plan, partitions: 2, kind: 'compacted' },
      { topic: own, partitions: 1, kind: 'compacted' },
      { topic: this.globalTopics.tasks, partitions: 1, kind: 'compacted' },
      { topic: this.globalTopics.status, partitions: 1, kind: 'compacted' },
    ]);
    const open = (name: string, checkpoint: { topic: string; partition: number }) =>
      FencedProducer.open({
        kafka: this.kafka,
        transactionalId: `${plan}.${name}`,
        checkpoint,
        onCheckpoint: () => undefined,
        stillOwner: () => true,
      });
    this.producers = {
      stream: await open('stream', { topic: own, partition: 0 }),
      scan: await open('scan', { topic: plan, partition: PLAN_PARTITIONS.scan }),
    };
  }

  private schema(version: number): PlanSchema {
    const { schema, ossPrefix, ossDirtyPrefix, timeZone, codec, deletes } = this.task.config;
    return { v: 1, version, schema, ossPrefix, ossDirtyPrefix, timeZone, codec, deletes };
  }
}
