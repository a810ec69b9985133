import { z } from 'zod';

const LSN = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** A PostgreSQL WAL position in its text form, `16/B374D848`. */
export const lsnText = z.string().regex(LSN, 'must be a WAL position like 16/B374D848');

/** @throws TypeError when `text` is no WAL position. */
export function parseLsn(text: string): bigint {
  const match = LSN.exec(text);
  if (match === null) throw new TypeError(`not a WAL position: ${text.slice(0, 40)}`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}

/** The form that PostgreSQL prints: upper case, no leading zeros. */
export function formatLsn(lsn: bigint): string {
  const high = (lsn >> 32n).toString(16).toUpperCase();
  const low = (lsn & 0xffffffffn).toString(16).toUpperCase();
  return `${high}/${low}`;
}
