import { z } from 'zod';
import type { WriterStatus } from '@lakeferry/contracts';

/** A bucket that was created anew gets everything again: how far that is over all lanes. */
export const redeliveryView = z.object({
  running: z.boolean(),
  objects: z.number(),
  done: z.number(),
  /** What was past the redelivery retention. */
  lostObjects: z.number(),
  lostRows: z.number(),
});
export type RedeliveryView = z.infer<typeof redeliveryView>;

/** Pure. */
export function toRedelivery(writers: Iterable<WriterStatus>): RedeliveryView | null {
  const told = [...writers].map(({ redelivery }) => redelivery ?? null);
  const lanes = told.filter((each) => each !== null);
  if (lanes.length === 0) return null;
  return lanes.reduce((sum, lane) => ({
    running: sum.running || lane.running,
    objects: sum.objects + lane.objects,
    done: sum.done + lane.done,
    lostObjects: sum.lostObjects + lane.lostObjects,
    lostRows: sum.lostRows + lane.lostRows,
  }));
}

/** What a task says of it while nothing is wrong; null where there is nothing to say. Pure. */
export function redeliverySaid(redelivery: RedeliveryView | null): string | null {
  if (redelivery?.running !== true) return null;
  const { done, objects } = redelivery;
  return `the bucket was created anew: redelivering ${done} of ${objects} objects`;
}
