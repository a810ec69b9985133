import { toStatusError, type Redelivery, type StatusError } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { LaneBucket } from '@lakeferry/task-store';

/** How far a redelivery is, or what it could not bring back; null where there is nothing to tell. Pure. */
export function redeliveryOf(bucket: LaneBucket): Redelivery | null {
  const { redelivering, objects, done, lostObjects, lostRows } = bucket;
  if (!redelivering && lostObjects === 0) return null;
  return { running: redelivering, objects, done, lostObjects, lostRows };
}

/** What a redelivery could not bring back, as an error that somebody decides about. Pure. */
export function lossOf({ lostObjects, lostRows, changedAt }: LaneBucket): StatusError | null {
  if (lostObjects === 0) return null;
  const error = new DeliveryError(
    'REDELIVERY_INCOMPLETE',
    `the bucket was created anew: ${lostObjects} objects with ${lostRows} rows are not written again, ` +
      'since their files are past the redelivery retention; delivery goes on',
  );
  return toStatusError(error, changedAt?.getTime() ?? 0);
}
