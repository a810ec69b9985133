import type { IdentityJson, LaneCheckpoint } from '@lakeferry/contracts';
import { compareIdentity } from './identity-order.js';
import type { LaneState, OpenFile } from './lane-state.js';
import { newerThan, type Mark } from './watermarks.js';

/** The open file whose first row came first. */
function oldestFile(state: LaneState): OpenFile | null {
  let oldest: OpenFile | null = null;
  for (const file of state.files.values()) {
    if (oldest === null || file.firstOffset < oldest.firstOffset) oldest = file;
  }
  return oldest;
}

/** Where a successor must read from: the record of the oldest row that is in no sealed file. */
export function nextOffset(state: LaneState): bigint {
  return oldestFile(state)?.firstOffset ?? state.position;
}

/**
 * Where a successor goes on when the files sealed so far are committed with this checkpoint. Rows
 * from `next` on are read again; those of prefixes that were sealed further are skipped by identity.
 *
 * @param mark the last mark written, that of the same transaction included
 */
export function decideCheckpoint(state: LaneState, mark: Mark | null): LaneCheckpoint {
  const oldest = oldestFile(state);
  const before = oldest === null ? state.last : oldest.before;
  return {
    v: 1,
    phase: state.posture === 'rows' ? 'rows' : 'base',
    next: (oldest?.firstOffset ?? state.position).toString(),
    before,
    sealed: sealedBehind(state, before),
    mark,
    baseSealed: state.baseSealed,
    schemaVersion: state.schemaVersion,
    openings: [...state.openings],
  };
}

function sealedBehind(state: LaneState, before: IdentityJson | null): [string, IdentityJson][] {
  return [...state.sealedThrough].filter(
    ([, through]) => before === null || compareIdentity(through, before) > 0,
  );
}

/** The lane once a checkpoint was written: what it made superfluous is forgotten. */
export function afterCheckpoint(state: LaneState, checkpoint: LaneCheckpoint): LaneState {
  const { sealed, mark } = checkpoint;
  const watermarks = newerThan(state.watermarks, mark);
  return { ...state, sealedThrough: new Map(sealed), mark, watermarks };
}
