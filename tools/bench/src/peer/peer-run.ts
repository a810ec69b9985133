import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASES, type Stack } from '@lakeferry/stack';
import { ProcessMeter } from '../meter/process-meter.js';
import { topicBytes } from '../meter/topic-bytes.js';
import type { Measured } from '../series/measured.js';
import type { ConnectWorker } from './connect-worker.js';
import { countKeys } from './count-keys.js';
import {
  debeziumConfig,
  peerNames,
  topicOf,
  type PeerEvents,
  type PeerNames,
  type SnapshotMode,
} from './debezium.js';
import { PeerSource } from './peer-source.js';
import { PeerTopics } from './peer-topics.js';
import { PASSWORD_SECRET } from './peer-worker.js';

export interface PeerRunOptions {
  readonly stack: Stack;
  /** Running. */
  readonly worker: ConnectWorker;
  /** With its schema; it exists, has a primary key, and stays the same table until the run is over. */
  readonly table: string;
  /** How many rows have to arrive. */
  readonly rows: number;
  /** `whole` unless told. */
  readonly events?: PeerEvents;
  /** Reads the topic afterwards and tells its keys apart; it takes its time and a large heap. */
  readonly countsKeys?: boolean;
}

/** A look costs the broker some milliseconds of CPU, which are counted as its own. */
const LOOK_MS = 100;
const STATUS_EVERY_MS = 1_000;
/** Nothing has arrived for so long: it never will. */
const STALL_MS_MAX = 120_000;

/** One connector with fresh names, its topic, and everything that it would leave behind. */
export class PeerRun {
  private readonly names: PeerNames;
  private readonly source: PeerSource;
  private readonly topics: PeerTopics;

  private constructor(
    private readonly options: PeerRunOptions,
    private readonly snapshotMode: SnapshotMode,
    parts: { names: PeerNames; source: PeerSource; topics: PeerTopics },
  ) {
    ({ names: this.names, source: this.source, topics: this.topics } = parts);
  }

  /** Makes the topics, which a connector has to find. */
  static async open(options: PeerRunOptions, snapshotMode: SnapshotMode): Promise<PeerRun> {
    const names = peerNames(snapshotMode, randomBytes(4).toString('hex'));
    const { stack, table } = options;
    const source = await PeerSource.open(stack.postgres.url(DATABASES.source));
    try {
      if (snapshotMode === 'no_data') {
        await source.run(`CREATE TABLE ${probeOf(names)} (id int PRIMARY KEY)`);
      }
      const topics = await PeerTopics.create(stack.brokers, [
        ...[topicOf(names, table), topicOf(names, probeOf(names))],
      ]);
      return new PeerRun(options, snapshotMode, { names, source, topics });
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  get topic(): string {
    return topicOf(this.names, this.options.table);
  }

  /** Makes the connector, which starts by itself. */
  async create(): Promise<void> {
    const { stack, worker, table, events = 'whole' } = this.options;
    const { names, snapshotMode } = this;
    const tables = snapshotMode === 'no_data' ? [table, probeOf(names)] : [table];
    const config = debeziumConfig({
      ...{ names, snapshotMode, events, tables },
      databaseUrl: stack.postgres.url(DATABASES.source),
      passwordReference: worker.secret(PASSWORD_SECRET),
    });
    await worker.client.put(names.connector, config);
  }

  /**
   * Waits until a connector that has just been made reads the stream, then ends its task. It has kept a
   * position by then: one without would begin at the end of the log when it is resumed.
   */
  async park(): Promise<void> {
    const { names, source } = this;
    const { client } = this.options.worker;
    await client.untilRunning(names.connector);
    await source.untilSlotIs(names.slot, 'active');
    await source.run(`INSERT INTO ${probeOf(names)} VALUES (1)`);
    await this.untilArrived(topicOf(names, probeOf(names)), 1);
    await client.stop(names.connector);
    await source.untilSlotIs(names.slot, 'inactive');
    if ((await client.countOffsets(names.connector)) === 0) {
      throw new Error(`connector ${names.connector} has stopped without a position`);
    }
  }

  async resume(): Promise<void> {
    await this.options.worker.client.resume(this.names.connector);
  }

  /** Reads all rows into the topic, then ends the task. */
  async fill(): Promise<void> {
    await this.create();
    await this.untilArrived(this.topic, this.options.rows);
    await this.options.worker.client.stop(this.names.connector);
  }

  /**
   * From `start` to the moment at which the topic has all rows.
   *
   * @throws Error when it has got others too
   */
  async measure(start: () => Promise<void>): Promise<Measured> {
    const timed = await this.time({}, async () => {
      await start();
      await this.untilArrived(this.topic, this.options.rows);
    });
    const rows = await this.topics.records(this.topic);
    assertRows(this.topic, rows, this.options.rows);
    return { rows, ...timed, figures: { ...this.sizes(), ...(await this.keyFigures()) } };
  }

  /** What an action takes of Connect, of the servers, and of `others` by their pids. */
  async time(
    others: Readonly<Record<string, number>>,
    action: () => Promise<void>,
  ): Promise<Pick<Measured, 'seconds' | 'cpuSeconds' | 'rssPeakMiB'>> {
    const { stack, worker } = this.options;
    const pids = { connect: worker.pid, kafka: pidOf(stack, 'kafka'), ...others };
    const meter = ProcessMeter.begin(
      new Map(Object.entries({ ...pids, postgres: pidOf(stack, 'postgres') })),
    );
    const startedAt = performance.now();
    let seconds: number;
    let use;
    try {
      await action();
    } finally {
      seconds = (performance.now() - startedAt) / 1000;
      use = meter.end();
    }
    return { seconds, ...use };
  }

  sizes(): { readonly kafkaBytes: number } {
    return {
      kafkaBytes: topicBytes(logFolder(this.options.stack), (topic) => topic === this.topic),
    };
  }

  /** Removes everything; what could not be removed is told, the rest is gone all the same. */
  async close(): Promise<void> {
    const { names, source, topics } = this;
    const errors: unknown[] = [];
    const steps = [
      () => this.options.worker.client.delete(names.connector),
      () => source.drop(names),
      () => source.run(`DROP TABLE IF EXISTS ${probeOf(names)}`),
      () => source.close(),
      () => topics.delete(),
    ];
    for (const step of steps) await step().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) {
      throw new AggregateError(errors, `connector ${names.connector} is not removed as a whole`);
    }
  }

  private async untilArrived(topic: string, records: number): Promise<void> {
    const { client } = this.options.worker;
    let [seen, seenAt, askedAt] = [-1, performance.now(), performance.now()];
    for (;;) {
      const arrived = await this.topics.records(topic);
      if (arrived >= records) return;
      const now = performance.now();
      if (arrived > seen) [seen, seenAt] = [arrived, now];
      if (now - seenAt > STALL_MS_MAX) {
        throw new Error(`${topic} has ${arrived} of ${records} records, for ${STALL_MS_MAX} ms`);
      }
      if (now - askedAt > STATUS_EVERY_MS) {
        await client.status(this.names.connector);
        askedAt = now;
      }
      await sleep(LOOK_MS);
    }
  }

  private async keyFigures(): Promise<Record<string, number>> {
    const { stack, rows, countsKeys = false } = this.options;
    if (!countsKeys) return {};
    const { brokers, jars } = stack;
    const records = await this.topics.records(this.topic);
    const count = await countKeys({
      ...{ kafkaJars: jars.kafka, brokers, topic: this.topic, records },
    });
    return { missingRows: rows - count.keys, duplicateRows: count.records - count.keys };
  }
}

/** @throws Error when there are more or fewer than wanted: figures of a delivery that is wrong tell nothing */
export function assertRows(where: string, rows: number, wanted: number): void {
  if (rows !== wanted) throw new Error(`${where} has ${rows} rows in place of ${wanted}`);
}

/** A table beside the measured one, of which a single row shows that the stream is read. */
function probeOf({ connector }: PeerNames): string {
  return `public.${connector}_probe`;
}

function pidOf(stack: Stack, name: 'kafka' | 'postgres'): number {
  const { pid } = stack.servers[name];
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
}

function logFolder({ dataDir }: Stack): string {
  return join(dataDir, 'kafka', 'log');
}
