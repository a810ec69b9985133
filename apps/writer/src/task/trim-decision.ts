/**
 * Where each lane's files may be freed up to: behind what is visible, and only what is older than the
 * retention. Lanes of which nothing new can be freed are left out.
 *
 * @param saved  offset behind what is visible, by lane
 * @param young  first offset within the retention, by lane; undefined where nothing is retained
 * @param freed  what was freed before, by lane
 */
export function decideTrim(
  saved: ReadonlyMap<number, bigint>,
  young: ReadonlyMap<number, bigint> | undefined,
  freed: ReadonlyMap<number, bigint>,
): ReadonlyMap<number, bigint> {
  const before = new Map<number, bigint>();
  for (const [lane, visible] of saved) {
    const old = young === undefined ? visible : (young.get(lane) ?? 0n);
    const offset = old < visible ? old : visible;
    if (offset > (freed.get(lane) ?? 0n)) before.set(lane, offset);
  }
  return before;
}
