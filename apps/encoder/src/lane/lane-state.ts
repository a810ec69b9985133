import type { IdentityJson, LaneCheckpoint, LaneOpening } from '@lakeferry/contracts';
import type { OpenFileStats } from '@lakeferry/parquet';
import type { Mark, SeenWatermark } from './watermarks.js';

/** What a lane is at: its base, waiting for the base of all lanes to be visible, its changes. */
export type LanePosture = 'base' | 'barrier' | 'rows';

/** A file that accepts rows, as the thread that holds it reported it last. */
export interface OpenFile extends OpenFileStats {
  readonly fileId: string;
  /** When its first row came. */
  readonly openedAtMs: number;
}

/**
 * Everything a lane knows of itself. Rows before `position` are in an open file, in a sealed one, or
 * do not belong to the task.
 */
export interface LaneState {
  readonly posture: LanePosture;
  /** Offset of the next record to read. */
  readonly position: bigint;
  /** The last mutation before `position`. */
  readonly last: IdentityJson | null;
  /** Open files by rendered prefix. */
  readonly files: ReadonlyMap<string, OpenFile>;
  /** Rendered prefixes whose rows up to the identity are in sealed files. */
  readonly sealedThrough: ReadonlyMap<string, IdentityJson>;
  /** Oldest first; none that the last mark covers. */
  readonly watermarks: readonly SeenWatermark[];
  /** The last mark written. */
  readonly mark: Mark | null;
  readonly baseSealed: boolean;
  readonly schemaVersion: number;
  /** What was told before `position` of lanes that came after the start of the task. */
  readonly openings: readonly LaneOpening[];
  /** Bytes of Parquet per byte in builders, as the last files had it. */
  readonly encodedRatio: number;
}

/** Before a lane has sealed a file: what Snappy makes of ordinary rows, on the high side. */
const ENCODED_RATIO_FIRST = 0.7;

/** A lane that nobody has read yet. A lane that has no base starts behind it. */
export function newLane(posture: LanePosture, schemaVersion: number): LaneState {
  return {
    posture,
    position: 0n,
    last: null,
    files: new Map(),
    sealedThrough: new Map(),
    watermarks: [],
    mark: null,
    baseSealed: posture !== 'base',
    schemaVersion,
    openings: [],
    encodedRatio: ENCODED_RATIO_FIRST,
  };
}

/** A lane as its last committed checkpoint describes it: nothing is open. */
export function recoverLane(checkpoint: LaneCheckpoint): LaneState {
  const atBarrier = checkpoint.phase === 'base' && checkpoint.baseSealed;
  return {
    ...newLane(atBarrier ? 'barrier' : checkpoint.phase, checkpoint.schemaVersion),
    position: BigInt(checkpoint.next),
    last: checkpoint.before,
    sealedThrough: new Map(checkpoint.sealed),
    mark: checkpoint.mark,
    baseSealed: checkpoint.baseSealed,
    openings: checkpoint.openings ?? [],
  };
}

/** The lane leaves its base behind and reads the changes from their first record. */
export function enterRows(state: LaneState): LaneState {
  return { ...state, posture: 'rows', position: 0n, last: null, sealedThrough: new Map() };
}

/** What an append changed. */
export interface Appended {
  /** Offset behind the last record that was appended. */
  readonly position: bigint;
  readonly last: IdentityJson | null;
  /** All open files of the lane. */
  readonly files: readonly OpenFileStats[];
}

export function afterAppend(
  state: LaneState,
  appended: Appended,
  open: { readonly nowMs: number; readonly newFileId: () => string },
): LaneState {
  const files = new Map(
    appended.files.map((stats) => {
      const known = state.files.get(stats.prefix);
      const fileId = known?.fileId ?? open.newFileId();
      const openedAtMs = known?.openedAtMs ?? open.nowMs;
      return [stats.prefix, { ...stats, fileId, openedAtMs }];
    }),
  );
  return { ...state, position: appended.position, last: appended.last ?? state.last, files };
}

/** Records up to `position` were read and change nothing else. */
export function advance(state: LaneState, position: bigint): LaneState {
  return position > state.position ? { ...state, position } : state;
}

/** The file of a prefix accepts no more rows. */
export function afterSeal(
  state: LaneState,
  sealed: { readonly prefix: string; readonly last: IdentityJson; readonly bytes: number },
): LaneState {
  const file = state.files.get(sealed.prefix);
  const files = new Map(state.files);
  files.delete(sealed.prefix);
  const sealedThrough = new Map(state.sealedThrough).set(sealed.prefix, sealed.last);
  return { ...state, files, sealedThrough, encodedRatio: ratioAfter(state, file, sealed.bytes) };
}

/** Mixes what the last row group came to into the ratio; a small one says little. */
function ratioAfter(state: LaneState, file: OpenFile | undefined, bytes: number): number {
  if (file === undefined || file.rawBytes < RATIO_SAMPLE_BYTES_MIN) return state.encodedRatio;
  const sample = (bytes - file.encodedBytes) / file.rawBytes;
  return Math.min(2, Math.max(0.02, (state.encodedRatio + sample) / 2));
}

const RATIO_SAMPLE_BYTES_MIN = 64 * 1024;
