/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { DeliveryError } from '@lakeferry/errors';
import { backendError } from './backend-error.js';
import type { ChangeSink } from './change-sink.js';
import { FlowGate } from './flow-gate.js';
import { FrameReader } from './frame-reader.js';
import { judgeSilence, livenessTimings, type LivenessTimings } from './liveness.js';
import { formatLsn, type Lsn } from './lsn.js';
import type { PgSession, RawChannel } from './pg-session.js';
import { PgOutputDecoder } from './pgoutput-decoder.js';
import { toPostgresError, toReceiverError } from './postgres-errors.js';
import { copyDoneMessage, queryMessage, statusMessage } from './replication-messages.js';
import { quoteIdentifier, quoteLiteral } from './table-name.js';

export interface ReplicationStreamOptions {
  /** A replication session of its own; the stream ends it. */
  readonly session: PgSession;
  readonly slotName: string;
  readonly publicationNames: readonly string[];
  /** Transactions that end at or below it are not sent again. */
  readonly startLsn: Lsn;
  /** What the session runs with. */
  readonly walSenderTimeoutMs: number;
  readonly sink: ChangeSink;
}

const COPY_DATA = 0x64; // d
const COPY_BOTH_RESPONSE = 0x57; // W
const ERROR_RESPONSE = 0x45; // E
const COPY_DONE = 0x63; // c
const READY_FOR_QUERY = 0x5a; // Z
const KEEPALIVE = 0x6b; // k
const TICK_MS_MAX = 1_000;
const STOP_TIMEOUT_MS = 2_000;

/**
 * A running logical replication connection: decoded changes go to the sink, acknowledgements and
 * signs of life go to the server. It works until it is stopped or fails; it never reconnects.
 */
export class ReplicationStream {
  /** Resolves after `stop()`; rejects with what ended the stream otherwise. */
  readonly done: Promise<void>;
  private readonly frames: FrameReader;
  private readonly decoder: PgOutputDecoder;
  private readonly channel: RawChannel;
  private readonly gate: FlowGate;
  private readonly timings: LivenessTimings;
  private readonly ticker: NodeJS.Timeout;
  private settle!: (error: DeliveryError | null) => void;
  private received: Lsn;
  private acknowledged: Lsn;
  private lastHeardMs = performance.now();
  private lastStatusMs = performance.now();
  private started = false;
  private stopping = false;
  private ended = false;

  constructor(private readonly options: ReplicationStreamOptions) {
    this.received = options.startLsn;
    this.acknowledged = options.startLsn;
    this.done = new Promise((resolve, reject) => {
      this.settle = (error) => (error === null ? resolve() : reject(error));
    });
    this.done.catch(() => undefined);
    this.decoder = new PgOutputDecoder(options.sink);
    this.frames = new FrameReader((type, bytes, start, end) => {
      this.frame(type, bytes, start, end);
    });
    this.channel = options.session.takeOver({
      onBytes: (bytes, byteCount) => this.bytes(bytes, byteCount),
      onClosed: (error) => this.closed(error),
    });
    this.gate = new FlowGate(this.channel);
    this.timings = livenessTimings(options.walSenderTimeoutMs);
    this.ticker = setInterval(
      () => this.tick(),
      Math.min(TICK_MS_MAX, this.timings.statusIntervalMs),
    );
    this.channel.write(queryMessage(startCommand(options)));
  }

  /** Everything up to `lsn` is durable downstream: the server may forget it. Never moves back. */
  acknowledge(lsn: Lsn): void {
    if (lsn > this.acknowledged) this.acknowledged = lsn;
  }

  /** Asks the server for a keepalive, which tells how far an idle stream has come. */
  requestReply(): void {
    this.sendStatus(true);
  }

  /** Stops reading. What one receive buffer holds still reaches the sink. May be repeated. */
  hold(): void {
    this.gate.hold();
  }

  /** Reads again. May be repeated. */
  release(): void {
    this.gate.release();
  }

  /** Sends the last acknowledgement and ends the connection; resolves when it is closed. */
  async stop(): Promise<void> {
    if (!this.stopping && !this.ended) {
      this.stopping = true;
      this.sendStatus(false);
      this.channel.write(copyDoneMessage());
      this.gate.release();
      setTimeout(() => this.channel.destroy(), STOP_TIMEOUT_MS).unref();
    }
    await this.done.catch(() => undefined);
  }

  private bytes(bytes: Buffer, byteCount: number): void {
    if (this.ended) return;
    this.lastHeardMs = performance.now();
    try {
      this.frames.push(bytes, byteCount);
    } catch (error) {
      this.end(toReceiverError(error));
    }
  }

  private frame(type: number, bytes: Buffer, start: number, end: number): void {
    if (this.ended) return;
    switch (type) {
      case COPY_DATA:
        return this.stopping ? undefined : this.data(bytes, start, end);
      case COPY_BOTH_RESPONSE:
        this.started = true;
        return this.sendStatus(false);
      case ERROR_RESPONSE:
        return this.end(backendError(bytes.subarray(start, end), 'receiving changes'));
      case COPY_DONE:
        if (!this.stopping) this.channel.write(copyDoneMessage());
        return;
      case READY_FOR_QUERY:
        return this.end(this.stopping ? null : unexpectedEnd());
      default:
    }
  }

  private data(bytes: Buffer, start: number, end: number): void {
    this.decoder.push(bytes, start, end);
    const lsn = bytes.readBigUInt64BE(start + 1) as Lsn;
    if (lsn > this.received) this.received = lsn;
    if (bytes[start] === KEEPALIVE && bytes[end - 1] === 1) this.sendStatus(false);
  }

  private tick(): void {
    this.gate.reassert();
    const now = performance.now();
    const state = { silentMs: now - this.lastHeardMs, held: this.gate.held };
    if (this.gate.held) this.lastHeardMs = now;
    switch (judgeSilence(state, this.timings)) {
      case 'dead':
        return this.end(
          new DeliveryError('SOURCE_UNAVAILABLE', 'the source has not been heard of for too long'),
        );
      case 'probe':
        return this.sendStatus(true);
      case 'alive':
        if (now - this.lastStatusMs >= this.timings.statusIntervalMs) this.sendStatus(false);
    }
  }

  private sendStatus(replyRequested: boolean): void {
    if (!this.started || this.ended) return;
    this.lastStatusMs = performance.now();
    const received = this.received > this.acknowledged ? this.received : this.acknowledged;
    this.channel.write(
      statusMessage({ received, acknowledged: this.acknowledged, replyRequested }),
    );
  }

  private closed(error: Error | null): void {
    if (this.stopping) return this.end(null);
    this.end(error === null ? unexpectedEnd() : toPostgresError(error, 'receiving changes'));
  }

  private end(error: DeliveryError | null): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.ticker);
    this.channel.destroy();
    this.settle(error);
  }
}

/** Starts streaming on the session at once. */
export function openReplicationStream(options: ReplicationStreamOptions): ReplicationStream {
  return new ReplicationStream(options);
}

function startCommand(options: ReplicationStreamOptions): string {
  const names = options.publicationNames.map(quoteIdentifier).join(',');
  return (
    `START_REPLICATION SLOT ${quoteIdentifier(options.slotName)} LOGICAL ` +
    `${formatLsn(options.startLsn)} (proto_version '1', publication_names ${quoteLiteral(names).trim()})`
  );
}

function unexpectedEnd(): DeliveryError {
  return new DeliveryError('SOURCE_UNAVAILABLE', 'the source ended the replication connection');
}
