import { formatLsn, type Lsn } from './lsn.js';

/** ISO 8601 in UTC with microseconds, from Unix microseconds. */
export function formatMicros(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  return `${date.toISOString().slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}

/** The part that all mutations of a transaction share. */
export function encodeTransactionHead(commitLsn: Lsn, commitTimeMicros: bigint): Buffer {
  return Buffer.from(
    `,"lsn":"${formatLsn(commitLsn)}","at":"${formatMicros(commitTimeMicros)}","change":["`,
  );
}
