import {
  PLAN_KEYS,
  PLAN_PARTITIONS,
  formatLsn,
  parseLsn,
  type ControlRecord,
  type ScanPosition,
  type SourceRoute,
  type TaskPlan,
  type TaskTopics,
} from '@lakeferry/contracts';
import type { TopicMessages } from '@lakeferry/kafka';
import {
  chunkCount,
  createScanRowWriter,
  lsnOf,
  readWalPosition,
  type PgSession,
} from '@lakeferry/postgres';
import type { Clock } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import { keyedRecord } from '../publish/keyed-record.js';
import { LaneBuffer, type LaneRecord } from '../stream/lane-buffer.js';
import { readAndPublishChunk, type ChunkPart } from './scan-chunk.js';
import { advanceScan } from './scan-progress.js';

/** A chunk with large values is published in parts of about this many bytes. */
const PART_BYTES = 8 * 1024 * 1024;
const FLUSH_TIME_LIMIT_MS = 30_000;

export interface ScanRunnerOptions {
  readonly route: SourceRoute;
  readonly plan: TaskPlan;
  readonly topics: TaskTopics;
  readonly position: ScanPosition;
  readonly session: PgSession;
  readonly flushSession: PgSession;
  readonly clock: Clock;
  readonly delayMs: number;
  readonly commit: (messages: TopicMessages[]) => Promise<void>;
  readonly onProgress: (position: ScanPosition) => void;
  /** Records go into the transaction that starts now. */
  readonly onGathered: (records: readonly LaneRecord[]) => void;
  /** Resolves when Kafka holds few enough bytes of the task to go on. */
  readonly mayGoOn: (signal: AbortSignal) => Promise<void>;
}

/**
 * Scans a task's table from where the last scan stopped to its planned end (design section 6): rows
 * and position go into one transaction, and no snapshot is held open.
 */
export async function runScan(options: ScanRunnerOptions, signal: AbortSignal): Promise<void> {
  const scan = new ScanRun(options);
  while (!signal.aborted && !scan.atEnd) {
    await options.mayGoOn(signal);
    if (signal.aborted) return;
    await scan.chunk();
    if (options.delayMs > 0) await options.clock.sleep(options.delayMs, signal);
  }
  await scan.settled();
  if (!signal.aborted) await scan.finish();
}

class ScanRun {
  private position: ScanPosition;
  private readonly chunks: number;
  private readonly writer: ReturnType<typeof createScanRowWriter>;
  /** The commit under way: it overlaps the reading of the next chunk. */
  private commit: Promise<void> = Promise.resolve();

  constructor(private readonly options: ScanRunnerOptions) {
    const { plan, route } = options;
    this.position = options.position;
    this.chunks = chunkCount(plan.leaves, plan.chunkPages);
    this.writer = createScanRowWriter({
      table: route.task.tableName,
      // Rows of the base are of the first version, whatever the stream has come to.
      ...(route.base ?? { key: route.key, row: route.row }),
      lsn: lsnOf(parseLsn(plan.c)),
      at: plan.at,
    });
  }

  get atEnd(): boolean {
    return this.position.chunk >= this.chunks;
  }

  async chunk(): Promise<void> {
    const { plan, session, flushSession } = this.options;
    const { chunk } = this.position;
    const lane = chunk % plan.scanLanes;
    await readAndPublishChunk({
      session,
      flushSession,
      leaves: plan.leaves,
      chunkPages: plan.chunkPages,
      snapshot: plan.snapshot,
      consistentPoint: lsnOf(parseLsn(plan.c)),
      writer: this.writer,
      tableOid: plan.tableOid,
      position: this.position,
      partBytes: PART_BYTES,
      flushTimeLimitMs: FLUSH_TIME_LIMIT_MS,
      publish: (part) => this.publish(chunk, lane, part),
    });
  }

  async settled(): Promise<void> {
    await this.commit;
  }

  /** Says in every lane of the base that it is complete, and records E. */
  async finish(): Promise<void> {
    if (this.position.end !== null) return;
    const { insertLsn } = await readWalPosition(this.options.session);
    this.position = { ...this.position, end: formatLsn(insertLsn) };
    const messages = this.position.laneRows.map((rows, partition) =>
      this.baseMessages(partition, [controlOf({ control: 'end', rows })]),
    );
    await this.options.commit([...messages, this.positionRecord()]);
    this.options.onProgress(this.position);
  }

  /** Starts the commit of a part when the one before it is done. */
  private async publish(chunk: number, lane: number, part: ChunkPart): Promise<void> {
    await this.commit;
    const { rows, bytes, within } = part;
    this.position = advanceScan(this.position, { chunk, lane, rows, bytes, within });
    const { position } = this;
    this.options.onGathered(part.records);
    const messages = part.records.length === 0 ? [] : [this.baseMessages(lane, part.records)];
    this.commit = this.commitPart([...messages, this.positionRecord()], position);
    this.commit.catch(() => undefined);
  }

  private async commitPart(messages: TopicMessages[], position: ScanPosition): Promise<void> {
    await this.options.commit(messages);
    await failpoint('changefeed.after-chunk');
    this.options.onProgress(position);
  }

  private baseMessages(partition: number, records: ChunkPart['records']): TopicMessages {
    return {
      topic: this.options.topics.base,
      messages: records.map(({ value, headers }) => ({ partition, value, headers })),
    };
  }

  private positionRecord(): TopicMessages {
    return keyedRecord({
      topic: this.options.topics.plan,
      partition: PLAN_PARTITIONS.scan,
      key: PLAN_KEYS.scan,
      value: this.position,
    });
  }
}

function controlOf(record: ControlRecord): ChunkPart['records'][number] {
  const buffer = new LaneBuffer();
  buffer.control(record);
  const [control] = buffer.take();
  if (control === undefined) throw new TypeError('a control record is a record');
  return control;
}
