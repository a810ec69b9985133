import { parseLsn, type FileMark, type LaneOpening } from '@lakeferry/contracts';
import type { LanePosition } from '@lakeferry/task-store';

/** Where a lane stands that nothing was delivered of. */
export function startOf(taskId: string, lane: number): LanePosition {
  const nothing = { baseVisible: false, deliveredLsn: null, deliveredAt: null };
  return { taskId, lane, nextOffset: 0n, ...nothing, openings: [] };
}

/** The position after everything below `nextOffset` became visible, with the marks among it. It never goes back. */
export function advance(
  position: LanePosition,
  nextOffset: bigint,
  marks: readonly FileMark[],
): LanePosition {
  let { baseVisible, deliveredLsn, deliveredAt, openings } = position;
  const reached = nextOffset > position.nextOffset ? nextOffset : position.nextOffset;
  for (const mark of marks) {
    baseVisible ||= mark.baseSealed;
    openings = longer(openings, mark.openings);
    if (mark.lsn === null) continue;
    if (deliveredLsn !== null && parseLsn(mark.lsn) < parseLsn(deliveredLsn)) continue;
    deliveredLsn = mark.lsn;
    deliveredAt = mark.at;
  }
  return { ...position, nextOffset: reached, baseVisible, deliveredLsn, deliveredAt, openings };
}

function longer(known: readonly LaneOpening[], told: readonly LaneOpening[] = []) {
  return told.length > known.length ? told : known;
}
