/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { DeliveryError } from '@lakeferry/errors';
import { backendError } from './backend-error.js';
import { FlowGate } from './flow-gate.js';
import { FrameReader } from './frame-reader.js';
import type { PgSession, RawChannel } from './pg-session.js';
import { toPostgresError, toReceiverError } from './postgres-errors.js';
import { queryMessage } from './replication-messages.js';

/** Stops and starts the flow of rows. */
export interface CopyFlow {
  hold(): void;
  release(): void;
}

export interface CopyOutOptions {
  readonly session: PgSession;
  /** One `COPY … TO STDOUT`. */
  readonly sql: string;
  /** One line with its newline; the bytes are valid during the call only. */
  readonly onLine: (bytes: Buffer, start: number, end: number) => void;
  readonly onStart?: (flow: CopyFlow) => void;
  readonly signal?: AbortSignal;
}

const COPY_DATA = 0x64; // d
const ERROR_RESPONSE = 0x45; // E
const READY_FOR_QUERY = 0x5a; // Z
const REASSERT_MS = 1_000;
const DOING = 'reading rows';

/**
 * Runs a COPY and hands out its lines straight from the receive buffer. The session is usable again
 * afterwards when the server refused the statement; when a callback throws or the signal aborts, the
 * connection is closed.
 */
export function copyOut(options: CopyOutOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let serverError: DeliveryError | null = null;
    let over = false;
    const end = (error: DeliveryError | null, keep: boolean): void => {
      if (over) return;
      over = true;
      clearInterval(ticker);
      options.signal?.removeEventListener('abort', onAbort);
      if (keep) channel.giveBack();
      else channel.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    const onAbort = (): void =>
      end(new DeliveryError('SOURCE_UNAVAILABLE', 'reading rows was stopped'), false);
    const frames = new FrameReader((type, bytes, start, stop) => {
      if (over) return;
      if (type === COPY_DATA) options.onLine(bytes, start, stop);
      else if (type === ERROR_RESPONSE)
        serverError = backendError(bytes.subarray(start, stop), DOING);
      else if (type === READY_FOR_QUERY) end(serverError, true);
    });
    const channel: RawChannel = options.session.takeOver({
      onBytes: (bytes, byteCount) => {
        if (over) return;
        try {
          frames.push(bytes, byteCount);
        } catch (error) {
          end(toReceiverError(error), false);
        }
      },
      onClosed: (error) => end(toPostgresError(error ?? new Error('closed'), DOING), false),
    });
    const gate = new FlowGate(channel);
    const ticker = setInterval(() => gate.reassert(), REASSERT_MS);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    options.onStart?.(gate);
    channel.write(queryMessage(options.sql));
    if (options.signal?.aborted === true) onAbort();
  });
}
