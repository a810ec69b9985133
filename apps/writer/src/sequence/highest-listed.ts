import type { ObjectStore } from '@lakeferry/object-store';
import { sequenceOf } from './object-key.js';

/** The highest sequence that the bucket holds under a key prefix, 0 where there is none. */
export async function highestListed(
  store: ObjectStore,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<number> {
  let highest = 0;
  for await (const { key } of store.list(keyPrefix, signal)) {
    highest = Math.max(highest, sequenceOf(key, keyPrefix) ?? 0);
  }
  return highest;
}
