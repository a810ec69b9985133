import type { LaneBucket } from '@lakeferry/task-store';

/** What is still there of the objects that a lane delivered before. */
export type OlderObjects = 'none delivered' | 'there' | 'gone';

/**
 * What a look at the bucket means:
 * - `same`       nothing new;
 * - `found`      it is the one that was delivered to, and its date or its return is to be remembered;
 * - `recreated`  it is another one of the same name.
 */
export type BucketVerdict = 'same' | 'found' | 'recreated';

type Known = Pick<LaneBucket, 'createdAt' | 'missing'>;

/**
 * Whether the creation date leaves open if the bucket is the old one. Stores change the date for other
 * reasons too (AWS when a policy is edited), and some tell none.
 *
 * @param seen as the store tells it now; undefined where it does not
 */
export function isDoubtful(known: Known, seen: Date | undefined): boolean {
  return known.missing ? !isSameDate(known, seen) : isOtherDate(known, seen);
}

/** The known date: whatever was taken for the bucket's absence, this is the bucket. */
function isSameDate({ createdAt }: Known, seen: Date | undefined): boolean {
  return seen !== undefined && seen.getTime() === createdAt?.getTime();
}

/** Only such a date may say of an object that it was put into another bucket. */
export function isOtherDate({ createdAt }: Pick<Known, 'createdAt'>, seen: Date | undefined) {
  return seen !== undefined && createdAt !== null && seen.getTime() !== createdAt.getTime();
}

/** Pure. */
export function decideBucket(
  known: Known,
  seen: Date | undefined,
  older: OlderObjects,
): BucketVerdict {
  if (isDoubtful(known, seen)) return older === 'gone' ? 'recreated' : 'found';
  return known.missing || (seen !== undefined && known.createdAt === null) ? 'found' : 'same';
}

/**
 * Whether an object proves that its bucket was not created at this date: it is older, both by the
 * store's clock. Stores tell times of objects in whole seconds.
 */
export function isOlder(modifiedAt: Date | undefined, bucket: Date | undefined): boolean {
  if (modifiedAt === undefined || bucket === undefined) return true;
  return modifiedAt.getTime() < Math.floor(bucket.getTime() / 1000) * 1000;
}
