import { DeliveryError, type ErrorCode } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import type { ObjectStore } from '../object-store.js';

type Operation = 'putIfAbsent' | 'head' | 'list' | 'abortStale' | 'checkBucket';

/**
 * What happens to one call:
 * - `reject`          it fails before it has any effect;
 * - `failAfterWrite`  it takes effect, and its answer is lost;
 * - `hold`            it waits until `until` resolves, then goes on;
 * - `slow`            it goes on after `ms`.
 */
export type Fault =
  | { readonly kind: 'reject'; readonly code: ErrorCode }
  | { readonly kind: 'failAfterWrite'; readonly code: ErrorCode }
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  | { readonly kind: 'slow'; readonly ms: number };

/** Faults by operation, used up first in, first out; a call without one goes through. */
export type FaultScript = Partial<Record<Operation, Fault[]>>;

async function withFault<T>(fault: Fault | undefined, call: () => Promise<T>): Promise<T> {
  if (fault === undefined) return call();
  switch (fault.kind) {
    case 'reject':
      throw new DeliveryError(fault.code, 'a scripted fault');
    case 'failAfterWrite':
      await call();
      throw new DeliveryError(fault.code, 'a scripted fault after the write');
    case 'hold':
      await fault.until;
      return call();
    case 'slow':
      await systemClock.sleep(fault.ms);
      return call();
    default:
      return fault satisfies never;
  }
}

/** A store that really works but for the faults that the script names. */
export function faulty(store: ObjectStore, script: FaultScript): ObjectStore {
  const next = (operation: Operation) => script[operation]?.shift();
  return {
    putIfAbsent: (request) => withFault(next('putIfAbsent'), () => store.putIfAbsent(request)),
    head: (key, signal) => withFault(next('head'), () => store.head(key, signal)),
    abortStale: (uploads) => withFault(next('abortStale'), () => store.abortStale(uploads)),
    checkBucket: (signal) => withFault(next('checkBucket'), () => store.checkBucket(signal)),
    bucketCreatedAt: (signal) => store.bucketCreatedAt(signal),
    async *list(prefix, signal) {
      await withFault(next('list'), () => Promise.resolve());
      yield* store.list(prefix, signal);
    },
  };
}
