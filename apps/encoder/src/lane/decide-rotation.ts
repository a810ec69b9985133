import type { SealReason } from '@lakeferry/contracts';
import type { LaneState, OpenFile } from './lane-state.js';

/** When files of a task are sealed. */
export interface RotationLimits {
  readonly fileBytesTarget: number;
  readonly fileAgeMsMax: number;
  /** Files that a lane may have open: its checkpoint names them all. */
  readonly openPrefixesMax: number;
}

export type Rotation = 'append' | { readonly seal: SealReason };

export interface DueSeal {
  readonly prefix: string;
  readonly reason: SealReason;
}

/** Bytes of Parquet that the file would have if it were sealed now. */
export function estimatedBytes(
  file: Pick<OpenFile, 'encodedBytes' | 'rawBytes'>,
  encodedRatio: number,
): number {
  return file.encodedBytes + file.rawBytes * encodedRatio;
}

/** Whether a file takes more rows, on its own account. */
export function decideRotation(
  file: Pick<OpenFile, 'encodedBytes' | 'rawBytes' | 'openedAtMs'>,
  limits: RotationLimits & { readonly encodedRatio: number },
  nowMs: number,
): Rotation {
  if (estimatedBytes(file, limits.encodedRatio) >= limits.fileBytesTarget) return { seal: 'size' };
  if (nowMs - file.openedAtMs >= limits.fileAgeMsMax) return { seal: 'age' };
  return 'append';
}

/** The files of a lane to seal now; beyond the allowed number the oldest go first. */
export function decideSeals(state: LaneState, limits: RotationLimits, nowMs: number): DueSeal[] {
  const due: DueSeal[] = [];
  const staying: OpenFile[] = [];
  const { encodedRatio } = state;
  for (const file of state.files.values()) {
    const rotation = decideRotation(file, { ...limits, encodedRatio }, nowMs);
    if (rotation === 'append') staying.push(file);
    else due.push({ prefix: file.prefix, reason: rotation.seal });
  }
  const tooMany = staying.length - limits.openPrefixesMax;
  if (tooMany > 0) {
    staying.sort((a, b) => compareOffset(a.firstOffset, b.firstOffset));
    for (const { prefix } of staying.slice(0, tooMany)) due.push({ prefix, reason: 'memory' });
  }
  return due;
}

/** When the next file becomes too old; null while none is open. */
export function nextAgeSealAtMs(state: LaneState, limits: RotationLimits): number | null {
  let first: number | null = null;
  for (const { openedAtMs } of state.files.values()) {
    if (first === null || openedAtMs < first) first = openedAtMs;
  }
  return first === null ? null : first + limits.fileAgeMsMax;
}

/** The largest of the files of a process, when together they hold more than they may. */
export function decideMemorySeal<T extends { readonly memoryBytes: number }>(
  files: readonly T[],
  memoryBytesMax: number,
): T | null {
  let held = 0;
  let largest: T | null = null;
  for (const file of files) {
    held += file.memoryBytes;
    if (largest === null || file.memoryBytes > largest.memoryBytes) largest = file;
  }
  return held > memoryBytesMax ? largest : null;
}

function compareOffset(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
