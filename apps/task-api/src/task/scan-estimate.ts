import type { ScanStatus } from '@lakeferry/contracts';

/** Pages that must have been read before their pace says anything. */
const SAMPLE_SHARE_MIN = 0.01;

/**
 * When a base scan will have ended if it goes on at its pace since the process that scans took it
 * up; null where there is no telling. Pure.
 */
export function scanEndsAt(
  scan: Pick<ScanStatus, 'state' | 'pagesDone' | 'pagesTotal' | 'from'>,
  nowMs: number,
): string | null {
  const { state, pagesDone, pagesTotal, from } = scan;
  if (state === 'done' || from === undefined) return null;
  const read = pagesDone - from.pagesDone;
  const tookMs = nowMs - Date.parse(from.at);
  if (read < Math.max(1, pagesTotal * SAMPLE_SHARE_MIN) || tookMs <= 0) return null;
  const leftMs = ((pagesTotal - pagesDone) / read) * tookMs;
  return new Date(nowMs + leftMs).toISOString();
}
