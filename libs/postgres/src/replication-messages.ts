import { systemClock } from '@lakeferry/runtime';
import type { Lsn } from './lsn.js';

const STATUS_BYTES = 34;
/** Microseconds from 1970 to 2000, the epoch of PostgreSQL's timestamps. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n;

export interface StandbyStatus {
  readonly received: Lsn;
  readonly acknowledged: Lsn;
  readonly replyRequested: boolean;
}

/** A standby status update in a CopyData message. */
export function statusMessage(status: StandbyStatus): Buffer {
  const message = Buffer.allocUnsafe(5 + STATUS_BYTES);
  message.write('d', 0, 'latin1');
  message.writeInt32BE(4 + STATUS_BYTES, 1);
  message.write('r', 5, 'latin1');
  message.writeBigUInt64BE(status.received, 6);
  message.writeBigUInt64BE(status.acknowledged, 14);
  message.writeBigUInt64BE(status.acknowledged, 22);
  message.writeBigInt64BE(BigInt(systemClock.now()) * 1000n - POSTGRES_EPOCH_MICROS, 30);
  message.writeInt8(status.replyRequested ? 1 : 0, 38);
  return message;
}

/** A simple query. */
export function queryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`);
  const message = Buffer.allocUnsafe(5 + text.length);
  message.write('Q', 0, 'latin1');
  message.writeInt32BE(4 + text.length, 1);
  text.copy(message, 5);
  return message;
}

export function copyDoneMessage(): Buffer {
  return Buffer.from([0x63, 0, 0, 0, 4]);
}
