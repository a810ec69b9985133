/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The lane of a row: a pure function of its key's canonical JSON bytes (of its identity's where there
 * is no key) and the lane count. It decides where data lies for good: never change it.
 *
 * FNV-1a over the bytes, then the finalizer of MurmurHash3, because the low bits of FNV alone depend
 * on the low bits of the bytes only.
 */
export function laneOf(bytes: Uint8Array, start: number, end: number, laneCount: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) % laneCount;
}
