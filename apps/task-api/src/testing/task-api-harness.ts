import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { loadConfig } from '@lakeferry/config';
import { GLOBAL_TOPICS, statusKey, type StatusRecord } from '@lakeferry/contracts';
import {
  openKafka,
  RecordPublisher,
  TopicFollower,
  type FollowedRecord,
  type KafkaConnection,
} from '@lakeferry/kafka';
import { Readiness, silentLogger } from '@lakeferry/observability';
import { eventually, testStack } from '@lakeferry/testing';
import { createControlDatabase, type ControlDatabase } from '@lakeferry/task-store/testing';
import { taskApiOptions } from '../config.js';
import { createApp } from '../create-app.js';
import { TaskApiPipeline } from '../task-api.pipeline.js';
import { FakeChangefeed } from './fake-changefeed.js';

const READY_MS_MAX = 30_000;

type Settings = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** task-api on a database of its own, with a changefeed and reports that the test makes up. */
export class TaskApiHarness implements AsyncDisposable {
  readonly token = 'the-test-token';
  httpPort = 0;
  grpcPort = 0;
  crashed: unknown;
  private app: INestApplication | undefined;
  private readonly secretKey = randomBytes(32).toString('base64');
  private readonly reports: RecordPublisher;
  private readonly seen = new Map<string, { key: string; value: string | null }[]>();
  private readonly followers: TopicFollower[] = [];

  private constructor(
    readonly changefeed: FakeChangefeed,
    readonly database: ControlDatabase,
    readonly kafka: KafkaConnection,
    private readonly servers: { brokers: string; sources: string; settings: Settings },
  ) {
    this.reports = new RecordPublisher(kafka);
  }

  /** @param settings of task-api, beyond what it needs to run */
  static async open(sources = '', settings: Settings = {}): Promise<TaskApiHarness> {
    const { kafkaBrokers, postgresUrl } = testStack();
    const changefeed = await FakeChangefeed.open();
    const database = await createControlDatabase(postgresUrl);
    const clientId = 'lakeferry-test';
    const kafka = openKafka({ brokers: kafkaBrokers, clientId, logger: silentLogger });
    const harness = new TaskApiHarness(changefeed, database, kafka, {
      ...{ brokers: kafkaBrokers.join(','), sources, settings },
    });
    await harness.start();
    return harness;
  }

  async start(): Promise<void> {
    this.httpPort = await freePort();
    this.grpcPort = await freePort();
    const config = loadConfig(taskApiOptions, {
      LAKEFERRY_KAFKA_BROKERS: this.servers.brokers,
      LAKEFERRY_HTTP_PORT: String(this.httpPort),
      LAKEFERRY_GRPC_PORT: String(this.grpcPort),
      LAKEFERRY_TOKEN: this.token,
      LAKEFERRY_SECRET_KEY: this.secretKey,
      LAKEFERRY_CONTROL_URL: this.database.url,
      LAKEFERRY_CHANGEFEED_URL: this.changefeed.url,
      LAKEFERRY_SOURCES: this.servers.sources,
      ...this.servers.settings,
    });
    const readiness = new Readiness();
    const onCrash = (error: unknown): never => {
      this.crashed = error;
      throw error;
    };
    const options = { config, logger: silentLogger, readiness, onCrash };
    const pipeline = await TaskApiPipeline.open(options);
    this.app = await createApp({ ...options, pipeline });
    const isReady = async () =>
      (await fetch(`http://127.0.0.1:${this.httpPort}/readyz`)).ok ? true : undefined;
    await eventually(isReady, { deadlineMs: READY_MS_MAX, everyMs: 50, what: 'task-api' });
  }

  async stop(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: answer.status, body: json, headers: answer.headers };
  }

  /** What a service would report. */
  async report(...records: StatusRecord[]): Promise<void> {
    const keyed = records.map((value) => ({ key: statusKey(value), value: JSON.stringify(value) }));
    await this.reports.publish(GLOBAL_TOPICS.status, keyed);
  }

  /** What the services were told under a key so far, in order; null is a tombstone. */
  async told(topic: string, key: string): Promise<(Record<string, unknown> | null)[]> {
    const records = this.seen.get(topic) ?? [];
    if (!this.seen.has(topic)) {
      this.seen.set(topic, records);
      const onRecord = (record: FollowedRecord) => {
        const value = record.value?.toString() ?? null;
        records.push({ key: record.key?.toString() ?? '', value });
      };
      const onCrash = (error: unknown) => (this.crashed = error);
      const follower = new TopicFollower({ kafka: this.kafka, topic, onRecord, onCrash });
      this.followers.push(follower);
      await follower.start();
    }
    return records
      .filter((record) => record.key === key)
      .map(({ value }) => (value === null ? null : JSON.parse(value)));
  }

  /** Takes back what other tests of the same broker would stumble over. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { body } = await this.call('GET', '/v1/sources');
    const sources = body['sources'] as { name: string }[];
    await this.stop();
    await Promise.all(this.followers.map((follower) => follower.stop()));
    for (let partition = 0; partition < sources.length; partition += 1) {
      const records = sources.map(({ name }) => ({ key: name, value: null, partition }));
      await this.reports.publish(GLOBAL_TOPICS.sources, records);
    }
    await this.reports.close();
    await this.database[Symbol.asyncDispose]();
    await this.changefeed[Symbol.asyncDispose]();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
