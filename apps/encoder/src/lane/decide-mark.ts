import { nextOffset } from './decide-checkpoint.js';
import type { LaneState } from './lane-state.js';
import { newerThan, type Mark } from './watermarks.js';

/**
 * The newest mark that is true once the lane's sealed files are visible: that of the last watermark
 * before the oldest row that is in no file. Null when it says nothing new.
 */
export function decideMark(state: LaneState): Mark | null {
  if (state.posture !== 'rows') return null;
  const next = nextOffset(state);
  const covered = newerThan(state.watermarks, state.mark).filter((each) => each.offset < next);
  const newest = covered.at(-1);
  return newest === undefined ? null : { lsn: newest.lsn, at: newest.at };
}
