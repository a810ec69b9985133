import type { LedgerEntry } from './check-options.js';

/** An object of the task as the bucket has it. */
export interface BucketObject {
  readonly key: string;
  readonly lane: number;
  readonly bytes: number;
  /** Null where the rows can't be read, or where there are none to read. */
  readonly rows: number | null;
}

/** Each disagreement between the ledger and the bucket in words. Pure. */
export function compareLedger(
  ledger: readonly LedgerEntry[],
  objects: readonly BucketObject[],
): string[] {
  const entries = new Map(ledger.map((entry) => [entry.objectKey, entry]));
  const found = new Map(objects.map((object) => [object.key, object]));
  const unknown = objects
    .filter(({ key }) => !entries.has(key))
    .map(({ key }) => `${key} is in the bucket but not in the ledger`);
  const missing = ledger
    .filter(({ objectKey, visibleAt }) => visibleAt !== null && !found.has(objectKey))
    .map(({ objectKey }) => `${objectKey} is in the ledger but not in the bucket`);
  const different = ledger.flatMap((entry) => {
    const object = found.get(entry.objectKey);
    if (object === undefined) return [];
    return (['rows', 'bytes', 'lane'] as const)
      .filter((name) => object[name] !== null && object[name] !== entry[name])
      .map(
        (name) =>
          `${entry.objectKey}: ${name} ${String(entry[name])} in the ledger, ${String(object[name])} in the bucket`,
      );
  });
  return [...unknown, ...missing, ...different];
}
