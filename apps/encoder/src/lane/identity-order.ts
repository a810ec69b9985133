import {
  changeIdentityFromJson,
  compareChangeIdentity,
  comparePageIdentity,
  type IdentityJson,
} from '@lakeferry/contracts';
import { assert } from '@lakeferry/runtime';

/** Negative, zero or positive as `a` lies before, at or behind `b`; both of one input. */
export function compareIdentity(a: IdentityJson, b: IdentityJson): number {
  if (a.length === 2 && b.length === 2) {
    return comparePageIdentity({ block: a[0], tuple: a[1] }, { block: b[0], tuple: b[1] });
  }
  assert(a.length === 3 && b.length === 3, 'identities of two inputs are not comparable');
  return compareChangeIdentity(changeIdentityFromJson(a), changeIdentityFromJson(b));
}
