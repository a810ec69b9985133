import { z } from 'zod';
import { lsnText } from './lsn.js';

/** From `lsn` on (transactions by their commit LSN) rows may lie in the lanes 0 to `opened - 1`. */
export const laneOpening = z.object({
  opened: z.number().int().positive(),
  lsn: lsnText,
  /** Time of a watermark before that point; null when there was none yet. */
  at: z.string().nullable(),
});
export type LaneOpening = z.infer<typeof laneOpening>;

/**
 * Every time a task came to have more lanes than ever before, oldest first; absent while it never
 * had more than at its start. A lane that was opened once keeps getting watermarks, whatever the lane
 * count in force is.
 */
export const laneOpenings = z.array(laneOpening).optional();

/** Lanes that ever were in use. Pure. */
export function lanesOpened(lanesAtFirst: number, openings: readonly LaneOpening[] = []): number {
  return Math.max(lanesAtFirst, openings.at(-1)?.opened ?? 0);
}

/** The opening that brought a lane; undefined for one that was there at first, or is not there yet. Pure. */
export function openingOf(
  lane: number,
  lanesAtFirst: number,
  openings: readonly LaneOpening[] = [],
): LaneOpening | undefined {
  return lane < lanesAtFirst ? undefined : openings.find(({ opened }) => opened > lane);
}
