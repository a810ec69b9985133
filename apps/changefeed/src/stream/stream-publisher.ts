import {
  SOURCE_KEYS,
  changeIdentityToJson,
  formatLsn,
  sourceTopic,
  type ControlRecord,
  type DesiredTask,
  type SourcePosition,
} from '@lakeferry/contracts';
import { metrics } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { TopicMessages } from '@lakeferry/kafka';
import { keyedRecord } from '../publish/keyed-record.js';
import type { RouteTable } from '../route/route-table.js';
import type { LaneRecord } from './lane-buffer.js';
import type { StreamSink } from './stream-sink.js';

export interface PublisherLimits {
  /** Time between the starts of two transactions while little arrives. */
  readonly flushMs: number;
  /** Bytes that start a commit at once. */
  readonly flushBytes: number;
}

/** Where the stream comes from; part of every position. */
export interface StreamOrigin {
  readonly systemIdentifier: string;
  readonly timeline: number;
  readonly database: string;
  readonly slot: string;
}

export interface StreamPublisherOptions {
  readonly source: string;
  readonly origin: StreamOrigin;
  readonly routes: RouteTable;
  readonly sink: StreamSink;
  readonly limits: PublisherLimits;
  readonly clock: Clock;
  /** One transaction: all of it or nothing becomes visible. */
  readonly commit: (messages: TopicMessages[]) => Promise<void>;
  /** Records of a task go into the transaction that starts now. */
  readonly onGathered: (task: DesiredTask, records: readonly LaneRecord[]) => void;
  /** The position is durable: what lies below may be forgotten by the source. */
  readonly onPublished: (lsn: bigint) => void;
}

/** Lets the rest of a small transaction arrive before a commit that could start at once. */
const LINGER_MS = 3;

interface Request {
  readonly messages: readonly TopicMessages[];
  /** Runs behind the commit, before the next transaction starts. */
  readonly afterwards: (() => Promise<void>) | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes what the sink gathers: mutations, control records, routes and the position that they
 * reach, in one Kafka transaction each time (design: source → base, rows).
 */
export class StreamPublisher {
  private requests: Request[] = [];
  private pendingSince: number | null = null;
  private startedAt = 0;
  private positionLsn: bigint;
  private wake: () => void = () => undefined;
  private over: Error | null = null;

  constructor(private readonly options: StreamPublisherOptions) {
    this.positionLsn = options.sink.completeLsn;
  }

  /** Something waits; the next transaction starts soon, or at once when much waits. */
  pending(): void {
    if (this.pendingSince === null) {
      this.pendingSince = this.options.clock.now();
      this.wake();
    } else if (this.options.sink.pendingBytes >= this.options.limits.flushBytes) this.wake();
  }

  /**
   * Puts records into the next transaction; resolves when it is committed, and `afterwards` has run
   * before the transaction behind it starts. Rejects at once when nothing is published any more.
   */
  request(messages: readonly TopicMessages[], afterwards?: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.over !== null) return reject(this.over);
      this.requests.push({ messages, afterwards, resolve, reject });
      this.pending();
    });
  }

  /** Puts a control record into all lanes of all running tasks, behind everything gathered so far. */
  control(record: ControlRecord): void {
    for (const { route, lanes } of this.options.routes.all()) {
      if (route.halted !== null) continue;
      for (const lane of lanes) lane.control(record);
    }
    this.pending();
  }

  /** Everything that ended at or below `lsn` has been gathered: the next position says so. */
  advanceTo(lsn: bigint): void {
    if (lsn > this.positionLsn) this.positionLsn = lsn;
    this.pending();
  }

  /** Publishes until the signal aborts; rejects with the first error, after which recovery starts. */
  async run(signal: AbortSignal): Promise<void> {
    const abort = () => this.wake();
    signal.addEventListener('abort', abort, { once: true });
    try {
      while (!signal.aborted) {
        await this.due(signal);
        if (!signal.aborted) await this.publish();
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Nobody will publish what waits, or what is still to come: recovery reads it again. */
  discard(error: Error): void {
    this.over = error;
    for (const request of this.requests) request.reject(error);
    this.requests = [];
  }

  /** What a torn sink holds is never due: its last change counts as seen and was not gathered. */
  private async due(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { clock, limits, sink } = this.options;
      const waitMs =
        this.pendingSince === null || sink.isTorn
          ? null
          : Math.max(this.pendingSince + LINGER_MS, this.startedAt + limits.flushMs) - clock.now();
      if (waitMs !== null && (waitMs <= 0 || sink.pendingBytes >= limits.flushBytes)) return;
      await new Promise<void>((resolve) => {
        const timer = waitMs === null ? undefined : setTimeout(resolve, waitMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private async publish(): Promise<void> {
    const { messages, requests, position } = this.take();
    const stopTimer = metrics.commitSeconds.startTimer({ stage: 'stream' });
    try {
      await this.options.commit(messages);
      stopTimer();
      await failpoint('changefeed.after-publish');
      for (const request of requests) await request.afterwards?.();
    } catch (error) {
      for (const request of requests) request.reject(error);
      throw error;
    }
    for (const request of requests) request.resolve();
    this.options.onPublished(position);
  }

  /** Everything that waits and the position it reaches, in one synchronous step. */
  private take(): { messages: TopicMessages[]; requests: Request[]; position: bigint } {
    const { sink, routes } = this.options;
    this.pendingSince = null;
    this.startedAt = this.options.clock.now();
    const requests = this.requests;
    this.requests = [];
    const messages: TopicMessages[] = [];
    for (const { route, topics, lanes } of routes.all()) {
      const records = lanes.flatMap((lane, partition) =>
        lane.take().map(({ value, headers }) => ({ partition, value, headers })),
      );
      if (records.length === 0) continue;
      messages.push({ topic: topics.rows, messages: records });
      this.options.onGathered(route.task, records);
    }
    for (const request of requests) messages.push(...request.messages);
    sink.pendingBytes = 0;
    if (sink.completeLsn > this.positionLsn) this.positionLsn = sink.completeLsn;
    messages.push(this.positionRecord());
    return { messages, requests, position: this.positionLsn };
  }

  private positionRecord(): TopicMessages {
    const last = this.options.sink.lastChange();
    const position: SourcePosition = {
      v: 1,
      ...this.options.origin,
      lsn: formatLsn(this.positionLsn),
      last: last === null ? null : changeIdentityToJson(last),
      at: new Date(this.options.clock.now()).toISOString(),
    };
    return keyedRecord({
      topic: sourceTopic(this.options.source),
      partition: 0,
      key: SOURCE_KEYS.position,
      value: position,
    });
  }
}
