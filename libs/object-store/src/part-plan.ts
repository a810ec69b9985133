/** One part of a multipart upload. */
export interface PartRange {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: number;
}

/** The most parts that S3 takes. */
const PARTS_MAX = 10_000;

/** Parts of equal size, the last one smaller; they grow where their number would not do. */
export function planParts(bytes: number, partBytes: number): readonly PartRange[] {
  const size = Math.max(partBytes, Math.ceil(bytes / PARTS_MAX));
  const parts: PartRange[] = [];
  for (let offset = 0; offset < bytes; offset += size) {
    parts.push({ number: parts.length + 1, offset, bytes: Math.min(size, bytes - offset) });
  }
  return parts;
}
