import { DeliveryError } from '@lakeferry/errors';
import type { ObjectStore, PutRequest } from '@lakeferry/object-store';

/**
 * Makes the object be there with exactly these bytes. One that is there already is ours when its
 * bytes are the same: an earlier answer was lost, or another writer holding the same file was first.
 *
 * @throws DeliveryError OBJECT_STORE_KEY_TAKEN when other bytes are under the key; OBJECT_STORE_…
 */
export async function putObject(store: ObjectStore, request: PutRequest): Promise<void> {
  if ((await store.putIfAbsent(request)) === 'created') return;
  const head = await store.head(request.key, request.signal);
  const context = { key: request.key };
  if (head === undefined) {
    throw new DeliveryError('OBJECT_STORE_UNAVAILABLE', 'an object came and went', { context });
  }
  if (head.sha256 === request.sha256 && head.bytes === request.body.bytes) return;
  throw new DeliveryError('OBJECT_STORE_KEY_TAKEN', `other content lies under ${request.key}`, {
    context,
  });
}
