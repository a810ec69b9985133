/** What names an object; nothing else does, so a repetition gets the same key. */
export interface ObjectName {
  /** The rendered prefix. */
  readonly prefix: string;
  readonly taskName: string;
  readonly lane: number;
  /** From 1, per key prefix. */
  readonly sequence: number;
}

/**
 * Everything of the key but the sequence. Names hold no `/`, so the rendered prefix is what stands before
 * the last one; with it known, what stands behind the last `_` of `<task>_<lane>` is the lane, whatever
 * the name holds: two different prefixes, tasks or lanes never share one.
 */
export function keyPrefix({ prefix, taskName, lane }: Omit<ObjectName, 'sequence'>): string {
  return `${prefix}/${taskName}_${lane}_${prefix.replaceAll('/', '_')}__`;
}

/** `<prefix>/<task>_<lane>_<prefix with / as _>__<sequence>`. */
export function objectKey(name: ObjectName): string {
  return `${keyPrefix(name)}${name.sequence}`;
}

/** The sequence of a key under a key prefix, or undefined where somebody else's key merely starts alike. */
export function sequenceOf(key: string, under: string): number | undefined {
  if (!key.startsWith(under)) return undefined;
  const digits = key.slice(under.length);
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : undefined;
}

/** Whether a key has the form that this task gives to objects of this lane, whatever the prefix was. */
export function isKeyOfLane(key: string, taskName: string, lane: number): boolean {
  const slash = key.lastIndexOf('/');
  if (slash <= 0) return false;
  return sequenceOf(key, keyPrefix({ prefix: key.slice(0, slash), taskName, lane })) !== undefined;
}
