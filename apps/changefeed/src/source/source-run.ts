import { changeIdentityFromJson } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { metrics } from '@lakeferry/observability';
import {
  openReplicationStream,
  readSlot,
  type Lsn,
  type PgSession,
  type ReplicationStream,
  type TableShape,
} from '@lakeferry/postgres';
import { untilAborted } from '@lakeferry/runtime';
import type { FencedLog } from '../publish/fenced-log.js';
import { countPublished } from '../publish/published-volume.js';
import { LaneScaler } from '../route/lane-scaler.js';
import { RouteChanges } from '../route/route-changes.js';
import { RouteTable } from '../route/route-table.js';
import { TaskSupervisor } from '../route/task-supervisor.js';
import { StreamPublisher, type StreamOrigin } from '../stream/stream-publisher.js';
import { StreamSink } from '../stream/stream-sink.js';
import { Watermarker, watermarkRecord } from '../stream/watermarker.js';
import type { SourceRuntimeOptions } from './source-runtime.js';
import type { SourceNames } from './source-start.js';
import type { SourceState } from './source-state.js';

export interface SourceRunOptions {
  readonly source: string;
  readonly names: SourceNames;
  readonly runtime: SourceRuntimeOptions;
  readonly log: FencedLog<SourceState>;
  readonly origin: StreamOrigin;
  readonly from: Lsn;
  readonly session: PgSession;
  /** Tables whose columns were looked at before this stretch; null for one that was dropped. */
  readonly shapes: ReadonlyMap<number, TableShape | null>;
  readonly onWatermark: (watermark: { lsn: bigint; at: string; retainedBytes: number }) => void;
}

/** One uninterrupted stretch of streaming: what it holds in memory ends with it. */
export class SourceRun {
  private readonly routes = new RouteTable();
  private readonly sink: StreamSink;
  private readonly publisher: StreamPublisher;
  private readonly watermarker: Watermarker;
  private readonly changes: RouteChanges;
  private readonly supervisor: TaskSupervisor;
  private readonly scaler: LaneScaler;
  private stream: ReplicationStream | null = null;

  constructor(private readonly options: SourceRunOptions) {
    const { log, source, origin, from, session, names, runtime } = options;
    const { config, clock } = runtime;
    for (const route of log.state.routes.values()) {
      const { topics } = this.routes.set(route);
      const { taskId, taskName } = route.task;
      runtime.heldBytes.track(taskId, taskName, [topics.base, topics.rows]);
    }
    const last = log.state.position?.last ?? null;
    this.sink = new StreamSink({
      routes: this.routes,
      published: { lsn: from, last: last === null ? null : changeIdentityFromJson(last) },
      onPending: () => this.pending(),
      onPassed: () => this.watermarker.passed(),
      adapt: (active, relation, point) => this.changes.adapt(active, relation, point),
      onTableChanged: (active, error) => this.supervisor.haltNow(active, error),
    });
    this.publisher = new StreamPublisher({
      source,
      origin,
      routes: this.routes,
      sink: this.sink,
      limits: { flushMs: config.flushMs, flushBytes: config.flushBytes },
      clock,
      commit: async (messages) => {
        await log.commit(messages);
        this.flow();
      },
      onGathered: (task, records) => countPublished(runtime.heldBytes, 'stream', { task, records }),
      onPublished: (lsn) => this.stream?.acknowledge(lsn as Lsn),
    });
    this.watermarker = new Watermarker({
      session,
      clock,
      everyMs: config.watermarkMs,
      passedLsn: () => this.sink.passedLsn,
      requestReply: () => this.requestReply(),
      check: () => this.supervisor.guard(session),
      onWatermark: (watermark) => this.watermark(watermark),
    });
    this.changes = new RouteChanges({
      ...{ source, routes: this.routes, publisher: this.publisher, clock },
      ...{ desired: runtime.desired, logger: runtime.logger, shapes: options.shapes },
      onRevised: (tableOid) => this.sink.routesChanged(tableOid),
      onHalt: (active, error) => this.supervisor.haltNow(active, error),
      onForm: (taskId, form) => this.supervisor.formIs(taskId, form),
    });
    this.supervisor = new TaskSupervisor({
      source,
      names,
      runtime,
      routes: this.routes,
      publisher: this.publisher,
      sink: this.sink,
      changes: this.changes,
      renewProducer: () => log.renew(),
    });
    this.scaler = new LaneScaler({
      source,
      routes: this.routes,
      desired: runtime.desired,
      sink: this.sink,
      publisher: this.publisher,
      limits: {
        rowsPerSecond: config.laneRowsPerSecond,
        bytesPerSecond: config.laneBytesPerSecond,
        growMs: config.laneGrowSeconds * 1000,
        shrinkMs: config.laneShrinkSeconds * 1000,
      },
      clock,
      logger: runtime.logger,
      isScanning: (taskId) => this.supervisor.isScanning(taskId),
    });
  }

  /** Streams until the signal aborts, then closes the session; rejects with the first error of any part. */
  async run(replication: PgSession, signal: AbortSignal): Promise<void> {
    const { session } = this.options;
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    this.stream = openReplicationStream({
      session: replication,
      slotName: this.options.names.slot,
      publicationNames: [this.options.names.publication],
      startLsn: this.options.from,
      walSenderTimeoutMs: WAL_SENDER_TIMEOUT_MS,
      sink: this.sink,
    });
    const parts = [
      this.stream.done.then(() => this.streamEnded(both)),
      this.publisher.run(both),
      this.watermarker.run(both),
      this.supervisor.run(both),
    ];
    try {
      await Promise.race([Promise.all(parts), untilAborted(signal)]);
    } finally {
      ended.abort();
      await this.stream.stop().catch(() => undefined);
      this.publisher.discard(new DeliveryError('KAFKA_FENCED', 'the source stream was restarted'));
      // A statement on its way to a source that is silent would hold up recovery for as long as TCP likes.
      await session.close();
      await Promise.allSettled(parts);
      if (signal.aborted) this.forgetHeldBytes();
    }
  }

  /** The source is another process's from now on, which counts what its tasks hold. */
  private forgetHeldBytes(): void {
    for (const { route } of this.routes.all()) {
      this.options.runtime.heldBytes.forget(route.task.taskId);
    }
  }

  private streamEnded(signal: AbortSignal): void {
    if (signal.aborted) return;
    throw new DeliveryError('SOURCE_UNAVAILABLE', 'the replication stream ended');
  }

  private pending(): void {
    this.publisher.pending();
    this.flow();
  }

  /** Back-pressure: what waits for a commit is bounded, the rest stays in the source. */
  private flow(): void {
    const bytesMax = this.options.runtime.config.flushBytes * HOLD_FACTOR;
    const held = this.options.runtime.heldBytes.isInstallationFull;
    if (this.sink.pendingBytes > bytesMax || held) this.stream?.hold();
    else this.stream?.release();
  }

  /** A stream that is held passes nothing, and nothing else would look whether it may go on. */
  private requestReply(): void {
    this.flow();
    this.stream?.requestReply();
  }

  private watermark(watermark: { lsn: bigint; at: string }): void {
    this.publisher.control(watermarkRecord(watermark));
    this.publisher.advanceTo(watermark.lsn);
    this.scaler.look(watermark.at);
    this.flow();
    void this.observe(watermark);
  }

  /** What is told with every watermark; a failure shows in the next watermark's own queries. */
  private async observe(watermark: { lsn: bigint; at: string }): Promise<void> {
    const { session, names, source, onWatermark } = this.options;
    try {
      const slot = await readSlot(session, names.slot);
      const retainedBytes = Number(slot?.retainedBytes ?? 0);
      metrics.retainedWalBytes.set({ source }, retainedBytes);
      onWatermark({ ...watermark, retainedBytes });
    } catch (error) {
      this.options.runtime.logger.warn('source check failed', { source, err: error });
    }
  }
}

/** Short: a successor that takes over must not wait for a dead owner's connection. */
export const WAL_SENDER_TIMEOUT_MS = 10_000;
/** Mutations that may wait while a commit is under way, as a multiple of what starts a commit. */
const HOLD_FACTOR = 4;
