import { decideMark } from './decide-mark.js';
import { nextAgeSealAtMs, type RotationLimits } from './decide-rotation.js';
import type { LaneState } from './lane-state.js';

/** A lane that is idle moves its mark at most this often. */
const MARK_MS = 1_000;

/** When a new mark may be written though no file is sealed; null while there is none. */
export function nextMarkAtMs(state: LaneState, lastStepAtMs: number): number | null {
  return decideMark(state) === null ? null : lastStepAtMs + MARK_MS;
}

/** When time alone will ask for a step; null while only records can. */
export function nextStepAtMs(
  state: LaneState,
  limits: RotationLimits,
  lastStepAtMs: number,
): number | null {
  const ageSealAtMs = nextAgeSealAtMs(state, limits);
  const markAtMs = nextMarkAtMs(state, lastStepAtMs);
  if (ageSealAtMs === null || markAtMs === null) return ageSealAtMs ?? markAtMs;
  return Math.min(ageSealAtMs, markAtMs);
}
