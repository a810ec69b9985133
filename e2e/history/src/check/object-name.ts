/** What the name of a delivered object says. */
export interface ObjectName {
  readonly lane: number;
  /** The rendered prefix: the folder of the object. */
  readonly prefix: string;
  readonly sequence: number;
}

/**
 * Reads `<prefix>/<task>_<lane>_<prefix with / as _>__<sequence>`; null for any other key, also when the
 * folder and the prefix in the name disagree.
 */
export function parseObjectName(key: string, taskName: string): ObjectName | null {
  const slash = key.lastIndexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  const name = key.slice(slash + 1);
  const head = `${taskName}_`;
  const tail = `_${prefix.replaceAll('/', '_')}__`;
  const tailAt = name.lastIndexOf(tail);
  if (prefix === '' || !name.startsWith(head) || tailAt < head.length) return null;
  const lane = wholeNumber(name.slice(head.length, tailAt));
  const sequence = wholeNumber(name.slice(tailAt + tail.length));
  return lane === null || sequence === null || sequence === 0 ? null : { lane, prefix, sequence };
}

function wholeNumber(text: string): number | null {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
