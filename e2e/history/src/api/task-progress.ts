import { parseWalPosition } from '../wal-position.js';
import type { TaskView } from './task-client.js';

export function scanIsDone(view: TaskView): boolean {
  return view.scan !== null && view.scan.state === 'done';
}

/** Every transaction up to the one that committed at `lsn`, that one included, is delivered. */
export function isDeliveredBeyond(view: TaskView, lsn: bigint): boolean {
  const text = view.deliveredUpTo?.lsn;
  return text != null && parseWalPosition(text) > lsn;
}

/** The position of the last commit of a log, 0 when it is empty. */
export function lastCommit(commits: ReadonlyMap<string, { readonly lsn: bigint }>): bigint {
  let last = 0n;
  for (const { lsn } of commits.values()) if (lsn > last) last = lsn;
  return last;
}
