import { DeliveryError } from '@lakeferry/errors';
import type { Lsn } from './lsn.js';

const EPOCH = 1n << 32n;

/** The bounds of a snapshot's text form `xmin:xmax:running,…`. */
export function snapshotBounds(snapshot: string): { readonly xmin: bigint; readonly xmax: bigint } {
  const parts = /^(\d+):(\d+):[\d,]*$/.exec(snapshot);
  if (parts === null) throw new DeliveryError('CONTRACT_VIOLATION', 'a snapshot of unknown form');
  return { xmin: BigInt(parts[1] ?? ''), xmax: BigInt(parts[2] ?? '') };
}

/**
 * A decoding snapshot may give an `xmin` above its `xmax`: only commits advance the latter, aborts do
 * not. PostgreSQL looks at `xmin` first, so everything below it is over and everything from it on is not
 * yet seen. This is the same snapshot in a form that `pg_snapshot` takes.
 */
export function normaliseSnapshot(snapshot: string): string {
  const { xmin, xmax } = snapshotBounds(snapshot);
  return xmin > xmax ? `${xmin}:${xmin}:` : snapshot;
}

/** The 64-bit id nearest to `near` that has these low 32 bits: as PostgreSQL compares ids. */
export function nearestXid(low: bigint, near: bigint): bigint {
  const candidate = (near & ~(EPOCH - 1n)) | (low & (EPOCH - 1n));
  if (candidate - near > EPOCH / 2n) return candidate - EPOCH;
  if (near - candidate > EPOCH / 2n) return candidate + EPOCH;
  return candidate;
}

/**
 * Whether a frozen row may carry the id of another epoch: never before the first wraparound, when the
 * 32 bits are the whole id.
 */
export function mayBeAmbiguous(nextXid: bigint): boolean {
  return nextXid >= EPOCH;
}

/** What is known of a row whose id falls between the snapshot and now. */
export interface RowAge {
  readonly frozen: boolean;
  /** The position of the page's last change. */
  readonly pageLsn: Lsn;
}

/**
 * How such a row is judged. One that is not frozen really has the id. A frozen one on a page that was
 * not written since the plan was there before it: its id is that of an earlier epoch. A frozen one on a
 * page written since may be either.
 */
export function judgeRowAge(row: RowAge, consistentPoint: Lsn): 'by id' | 'visible' | 'ambiguous' {
  if (!row.frozen) return 'by id';
  return row.pageLsn < consistentPoint ? 'visible' : 'ambiguous';
}
