import { z } from 'zod';
import { formatLsn, lsnText, parseLsn } from './lsn.js';

/**
 * Identity of a mutation in `rows`: commit LSN (`final_lsn` of the transaction), LSN of the change,
 * index among the changes with that LSN. Ascending in the order of the stream. Never a running count:
 * which changes are emitted depends on what is published at the time.
 */
export interface ChangeIdentity {
  readonly commitLsn: bigint;
  readonly changeLsn: bigint;
  readonly index: number;
}

/**
 * Identity of a mutation in `base`: block and tuple of the row. The blocks of a partitioned table
 * are numbered through its leaves in the order of the plan (`ScanLeaf.firstBlock`).
 */
export interface PageIdentity {
  readonly block: number;
  readonly tuple: number;
}

/** JSON form `["0/1A2B3C8","0/1A2B300",0]`. */
export const changeIdentityJson = z.tuple([lsnText, lsnText, z.number().int().nonnegative()]);
/** JSON form `[block,tuple]`. */
export const pageIdentityJson = z.tuple([
  z.number().int().nonnegative(),
  z.number().int().nonnegative(),
]);
/** Either form; the length tells which. */
export const identityJson = z.union([changeIdentityJson, pageIdentityJson]);

export type ChangeIdentityJson = z.infer<typeof changeIdentityJson>;
export type PageIdentityJson = z.infer<typeof pageIdentityJson>;
export type IdentityJson = z.infer<typeof identityJson>;

export function changeIdentityToJson(id: ChangeIdentity): ChangeIdentityJson {
  return [formatLsn(id.commitLsn), formatLsn(id.changeLsn), id.index];
}

export function changeIdentityFromJson(json: ChangeIdentityJson): ChangeIdentity {
  return { commitLsn: parseLsn(json[0]), changeLsn: parseLsn(json[1]), index: json[2] };
}

/** Negative, zero or positive as `a` lies before, at or behind `b`. */
export function compareChangeIdentity(a: ChangeIdentity, b: ChangeIdentity): number {
  if (a.commitLsn !== b.commitLsn) return a.commitLsn < b.commitLsn ? -1 : 1;
  if (a.changeLsn !== b.changeLsn) return a.changeLsn < b.changeLsn ? -1 : 1;
  return a.index - b.index;
}

export function comparePageIdentity(a: PageIdentity, b: PageIdentity): number {
  return a.block === b.block ? a.tuple - b.tuple : a.block - b.block;
}
