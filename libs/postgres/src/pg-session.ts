import type { Duplex } from 'node:stream';
import { DeliveryError } from '@lakeferry/errors';
import type pg from 'pg';
import { toPostgresError } from './postgres-errors.js';
import type { ByteReceiver, ReceiveSocket } from './receive-socket.js';

const CLOSE_TIMEOUT_MS = 2_000;

/** The socket of a session that was taken over from the driver. */
export interface RawChannel {
  write(bytes: Buffer): void;
  pause(): void;
  resume(): void;
  /** Gives the idle connection back to the driver. */
  giveBack(): void;
  destroy(): void;
}

interface ChannelEvents {
  readonly onBytes: ByteReceiver;
  /** The connection has ended, by itself or after an error. Called once at most. */
  readonly onClosed: (error: Error | null) => void;
}

/** One connection to a source. Not for concurrent use: one statement at a time. */
export class PgSession {
  /** As in `server_version_num`: 180004. */
  serverVersion = 0;
  /** The backend's process id on the server. */
  processId = 0;
  private lost: Error | null = null;
  private rawInUse = false;
  private ending = false;

  constructor(
    private readonly client: pg.Client,
    private readonly receive: ReceiveSocket,
  ) {
    client.on('error', (error) => {
      this.lost ??= error;
    });
    client.on('end', () => {
      this.lost ??= new Error('Connection terminated');
    });
  }

  /** The connection is gone: every further statement fails. */
  get closed(): boolean {
    return this.lost !== null || this.ending;
  }

  async initialise(): Promise<void> {
    const rows = await this.query<{ version: string; pid: number }>(
      "SELECT current_setting('server_version_num') AS version, pg_backend_pid() AS pid",
    );
    this.serverVersion = Number(rows[0]?.version ?? 0);
    this.processId = rows[0]?.pid ?? 0;
    if (this.serverVersion < 140_000) {
      throw new DeliveryError('SOURCE_NOT_READY', 'the source is older than PostgreSQL 14');
    }
  }

  /** Runs one statement; on a replication session without `values`. */
  async query<Row = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
    doing = 'a statement on the source',
  ): Promise<Row[]> {
    if (this.lost !== null) throw toPostgresError(this.lost, doing);
    if (this.rawInUse) {
      throw new DeliveryError('INVARIANT_BROKEN', 'the session is busy with a raw exchange');
    }
    try {
      const result = await this.client.query<Row & pg.QueryResultRow>(
        sql,
        values === undefined ? undefined : [...values],
      );
      // Several statements in one text give several results.
      const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1) : result;
      return last?.rows ?? [];
    } catch (error) {
      throw toPostgresError(error, doing);
    }
  }

  /** Runs `body` in a transaction that commits when it resolves. */
  async transaction<T>(body: () => Promise<T>, begin = 'BEGIN'): Promise<T> {
    await this.query(begin);
    try {
      const result = await body();
      await this.query('COMMIT');
      return result;
    } catch (error) {
      if (!this.closed) await this.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Takes the socket over from the driver. The session must be idle. */
  takeOver(events: ChannelEvents): RawChannel {
    if (this.lost !== null) throw toPostgresError(this.lost, 'using the connection');
    const socket = (this.client as unknown as { connection: { stream: Duplex } }).connection.stream;
    this.rawInUse = true;
    let over = false;
    const finish = (error: Error | null): void => {
      if (over) return;
      over = true;
      events.onClosed(error);
    };
    const onError = (error: Error): void => finish(error);
    const onClose = (): void => finish(null);
    socket.on('error', onError);
    socket.on('close', onClose);
    this.receive.takeOver(socket, events.onBytes);
    return {
      write: (bytes) => void (socket.destroyed || socket.write(bytes)),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      giveBack: () => {
        over = true;
        socket.off('error', onError);
        socket.off('close', onClose);
        this.receive.giveBack(socket);
        this.rawInUse = false;
        socket.resume();
      },
      destroy: () => {
        this.ending = true;
        socket.destroy();
      },
    };
  }

  /** Ends the connection; never rejects and never hangs. */
  async close(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    if (this.lost !== null) return;
    const socket = (this.client as unknown as { connection: { stream: Duplex } }).connection.stream;
    const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
    if (this.rawInUse) socket.destroy();
    await this.client.end().catch(() => undefined);
    clearTimeout(timer);
  }
}
