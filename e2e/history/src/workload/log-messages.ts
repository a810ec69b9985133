import type { CommitPoint } from '../committed-change.js';

/** Microseconds from 1970 to 2000, where PostgreSQL counts from. */
const EPOCH_MICROS = 946_684_800_000_000n;

/** Reads pgoutput's Begin: letter, position of the commit, time of the commit, id. */
export function readTransactionStart(message: Buffer): CommitPoint {
  return {
    lsn: message.readBigUInt64BE(1),
    atMicros: message.readBigInt64BE(9) + EPOCH_MICROS,
  };
}

/** Reads pgoutput's Message: letter, flags, position, prefix, length, content. */
export function readJournalMessage(message: Buffer): { prefix: string; content: string } {
  const prefixAt = 10;
  const prefixEnd = message.indexOf(0, prefixAt);
  const contentAt = prefixEnd + 5;
  return {
    prefix: message.toString('utf8', prefixAt, prefixEnd),
    content: message.toString('utf8', contentAt, contentAt + message.readUInt32BE(prefixEnd + 1)),
  };
}
