import { DeliveryError } from '@lakeferry/errors';

declare const LSN: unique symbol;

/** A position in the source's write-ahead log. Compare with `<`, `>`, `===`. */
export type Lsn = bigint & { readonly [LSN]: true };

/** Brands a number that is known to be a log position. */
export function lsnOf(value: bigint): Lsn {
  return value as Lsn;
}

export const ZERO_LSN = lsnOf(0n);

const FORM = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;

/** Reads PostgreSQL's text form, `0/1A2B3C8`. */
export function parseLsn(text: string): Lsn {
  const parts = FORM.exec(text);
  if (parts === null) {
    throw new DeliveryError('CONTRACT_VIOLATION', `not a log position: ${JSON.stringify(text)}`);
  }
  return lsnOf((BigInt(`0x${parts[1] ?? '0'}`) << 32n) | BigInt(`0x${parts[2] ?? '0'}`));
}

/** PostgreSQL's text form: upper-case hexadecimal without leading zeros. */
export function formatLsn(lsn: Lsn): string {
  const high = (lsn >> 32n).toString(16);
  const low = (lsn & 0xffffffffn).toString(16);
  return `${high}/${low}`.toUpperCase();
}

/** Sizes that are fixed when a cluster is initialised. */
export interface WalGeometry {
  readonly walBlockBytes: number;
  readonly walSegmentBytes: number;
}

const SHORT_PAGE_HEADER_BYTES = 24n;
const LONG_PAGE_HEADER_BYTES = 40n;

/**
 * Makes an insert position comparable with flush positions and record ends.
 *
 * Right at a page boundary `pg_current_wal_insert_lsn()` names the first byte *after* the next page's
 * header, while the flush position of the same point is the boundary itself: uncorrected, "flush has
 * passed insert" never becomes true on an idle server. No record ends inside a page header, so the
 * correction is exact.
 */
export function comparableInsertLsn(lsn: Lsn, geometry: WalGeometry): Lsn {
  if (lsn % BigInt(geometry.walSegmentBytes) === LONG_PAGE_HEADER_BYTES) {
    return lsnOf(lsn - LONG_PAGE_HEADER_BYTES);
  }
  if (lsn % BigInt(geometry.walBlockBytes) === SHORT_PAGE_HEADER_BYTES) {
    return lsnOf(lsn - SHORT_PAGE_HEADER_BYTES);
  }
  return lsn;
}
