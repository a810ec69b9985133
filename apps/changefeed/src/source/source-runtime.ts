import {
  formatLsn,
  sourceTopic,
  toStatusError,
  transactionalIds,
  type SourceRecord,
} from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import type { KafkaConnection, StatusReporter } from '@lakeferry/kafka';
import { metrics, type Logger } from '@lakeferry/observability';
import {
  connectPostgres,
  dropSlot,
  readSlot,
  readSystemIdentity,
  readTableShape,
  type PgSession,
  type TableShape,
} from '@lakeferry/postgres';
import { serviceLoop, type Clock, type Secret } from '@lakeferry/runtime';
import type { ChangefeedConfig } from '../config.js';
import { FencedLog } from '../publish/fenced-log.js';
import type { DesiredTasks } from '../route/desired-tasks.js';
import type { HeldBytes } from '../publish/held-bytes.js';
import { alteredTableOf } from '../route/route-changes.js';
import { RouteTable } from '../route/route-table.js';
import { TaskReports } from '../route/task-reports.js';
import { unpublishStrangers } from '../route/unpublish-strangers.js';
import { sitOutHalt } from './halted-source.js';
import { SourceRun, WAL_SENDER_TIMEOUT_MS } from './source-run.js';
import { EMPTY_SOURCE_STATE, foldSourceRecord, type SourceState } from './source-state.js';
import { prepareStart, sourceNames, type SourceNames } from './source-start.js';

const RETRY = { firstMs: 250, maxMs: 10_000, factor: 2 } as const;
const HOLD_MS = 15_000;

interface SourceFacts {
  readonly lsn: bigint | null;
  readonly at: string | null;
  readonly retainedBytes: number | null;
  readonly error: unknown;
}

const NOTHING_KNOWN: SourceFacts = { lsn: null, at: null, retainedBytes: null, error: null };

export interface SourceRuntimeOptions {
  readonly record: SourceRecord;
  readonly url: Secret;
  readonly config: ChangefeedConfig;
  readonly kafka: KafkaConnection;
  readonly desired: DesiredTasks;
  readonly status: StatusReporter;
  readonly heldBytes: HeldBytes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stillOwner: () => Promise<boolean> | boolean;
}

/** Streams one source for as long as this process owns it; start and recovery are the same path. */
export class SourceRuntime {
  private readonly names: SourceNames;
  /**
   * Tables by OID whose columns have to be looked up before the stream gets on: all of them, since what
   * one stretch makes of a table is lost when it meets the next before it could publish.
   */
  private readonly altered = new Set<number>();

  constructor(private readonly options: SourceRuntimeOptions) {
    this.names = sourceNames(options.config.installation, options.record.name);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.loop((inner) => this.stream(inner), signal);
      } catch (error) {
        if (!isDeliveryError(error) || error.action !== 'halt') throw error;
        await this.loop((inner) => this.sitOutHalt(inner), signal);
      }
    }
  }

  private loop(body: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { logger, clock } = this.options;
    return serviceLoop(body, {
      signal,
      clock,
      retry: RETRY,
      holdMs: HOLD_MS,
      onFailure: ({ error, action, attempt, waitMs }) => {
        const code = isDeliveryError(error) ? error.code : 'INVARIANT_BROKEN';
        metrics.retries.inc({ component: 'source', code });
        const level = action === 'retry' && attempt < 4 ? 'warn' : 'error';
        logger[level]('source stream failed', { code, attempt, waitMs, err: error });
        const state = action === 'retry' || action === 'hold' ? 'waiting' : 'halted';
        this.report(state, { ...NOTHING_KNOWN, error });
      },
    });
  }

  /** Resolves when every task of the halted source was deleted: it may begin anew. */
  private async sitOutHalt(signal: AbortSignal): Promise<void> {
    const { record, desired, logger } = this.options;
    await using resources = new AsyncDisposableStack();
    const log = await this.openLog(signal);
    resources.defer(() => log.close());
    const reports = new TaskReports({ ...this.options, routes: new RouteTable() });
    const anew = await sitOutHalt(
      {
        source: record.name,
        log,
        desired,
        onRouteOff: (taskId) => reports.off(taskId),
        dropSlot: () => this.dropSlot(),
      },
      signal,
    );
    if (anew) logger.info('halted source begins anew', {});
  }

  /** The slot may be gone, or another one may have its name: that one is not ours to drop. */
  private async dropSlot(): Promise<void> {
    const session = await this.connect('control');
    try {
      const slot = await readSlot(session, this.names.slot);
      const { database } = await readSystemIdentity(session);
      const isOurs = slot?.plugin === 'pgoutput' && slot.database === database;
      if (isOurs) await dropSlot(session, this.names.slot);
    } finally {
      await session.close();
    }
  }

  /** A table that was altered ends a stretch of the stream; the next one knows its columns. */
  private async stream(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.stretch(signal);
        return;
      } catch (error) {
        const altered = alteredTableOf(error);
        if (altered === null) throw error;
        this.altered.add(altered);
        this.options.logger.info('the columns of a table are looked up', { table: `${altered}` });
      }
    }
  }

  private async stretch(signal: AbortSignal): Promise<void> {
    const { logger, record } = this.options;
    this.report('starting', NOTHING_KNOWN);
    await using resources = new AsyncDisposableStack();
    const log = await this.openLog(signal);
    resources.defer(() => log.close());
    const session = await this.connect('control');
    resources.defer(() => session.close());
    const { origin, from } = await prepareStart(session, this.names, log.state.position);
    const routed = new Set([...log.state.routes.values()].map((route) => route.tableOid));
    await unpublishStrangers(session, this.names.publication, routed);
    const shapes = new Map<number, TableShape | null>();
    for (const oid of this.altered) shapes.set(oid, await readTableShape(session, oid));

    const run = new SourceRun({
      source: record.name,
      names: this.names,
      runtime: this.options,
      log,
      origin,
      from,
      session,
      shapes,
      onWatermark: ({ lsn, at, retainedBytes }) => {
        this.altered.clear();
        this.report('streaming', { lsn, at, retainedBytes, error: null });
      },
    });
    const replication = await this.connect('stream', true);
    resources.defer(() => replication.close());
    logger.info('source stream started', { lsn: formatLsn(from) });
    await run.run(replication, signal);
  }

  private openLog(signal: AbortSignal): Promise<FencedLog<SourceState>> {
    const { kafka, record, stillOwner } = this.options;
    return FencedLog.open({
      kafka,
      transactionalId: transactionalIds.stream(record.name),
      checkpoint: { topic: sourceTopic(record.name), partition: 0 },
      initial: EMPTY_SOURCE_STATE,
      fold: foldSourceRecord,
      stillOwner,
      signal,
    });
  }

  private connect(part: string, replication = false): Promise<PgSession> {
    const { url, config, record } = this.options;
    return connectPostgres({
      url: url.reveal(),
      applicationName: `${config.installation} ${record.name} ${part}`,
      replication,
      ...(replication ? { walSenderTimeoutMs: WAL_SENDER_TIMEOUT_MS } : {}),
    });
  }

  private report(state: 'starting' | 'streaming' | 'halted' | 'waiting', facts: SourceFacts): void {
    const { status, record, clock } = this.options;
    status.report({
      kind: 'source',
      source: record.name,
      state,
      positionLsn: facts.lsn === null ? null : formatLsn(facts.lsn),
      positionAt: facts.at,
      retainedWalBytes: facts.retainedBytes,
      error: facts.error === null ? null : toStatusError(facts.error, clock.now()),
    });
  }
}
