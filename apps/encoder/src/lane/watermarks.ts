import { parseLsn } from '@lakeferry/contracts';

/** Rows of the lane committed below `lsn`, and before `at`, are in files. */
export interface Mark {
  readonly lsn: string;
  readonly at: string;
}

/** A watermark at its place: everything of the lane that it speaks of lies before `offset`. */
export interface SeenWatermark extends Mark {
  readonly offset: bigint;
}

/** A file that stays open for hours sees thousands of watermarks; marks need no more than these. */
export const WATERMARKS_MAX = 128;

/**
 * Remembers a watermark. When there are too many every second one is forgotten, the newest never:
 * marks become coarser, not wrong.
 */
export function rememberWatermark(
  seen: readonly SeenWatermark[],
  watermark: SeenWatermark,
): readonly SeenWatermark[] {
  const all = [...seen, watermark];
  if (all.length <= WATERMARKS_MAX) return all;
  return all.filter((_, index) => (all.length - 1 - index) % 2 === 0);
}

/** The watermarks that say more than the mark. */
export function newerThan(
  seen: readonly SeenWatermark[],
  mark: Mark | null,
): readonly SeenWatermark[] {
  if (mark === null) return seen;
  const lsn = parseLsn(mark.lsn);
  return seen.filter((watermark) => parseLsn(watermark.lsn) > lsn);
}
