import { DeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import type { Topics, Watermarks } from './topics.js';

export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * Whether reading from an offset continues what was read.
 * `gone`: records in between were deleted. `ahead`: the offset is behind the end; a leader that was
 * just elected may not know its end yet, so this counts only if it lasts.
 */
export function decideHeld(
  offset: bigint,
  held: Watermarks | undefined,
): 'held' | 'gone' | 'ahead' {
  if (held === undefined) return 'ahead';
  if (offset < held.low) return 'gone';
  return offset <= held.high ? 'held' : 'ahead';
}

const AHEAD_ATTEMPTS = 10;
const AHEAD_WAIT_MS = 500;

/** @throws DeliveryError KAFKA_OFFSET_OUT_OF_RANGE when reading from there would skip or repeat records. */
export async function assertHeld(
  topics: Topics,
  at: Position,
  signal?: AbortSignal,
): Promise<void> {
  let held: Watermarks | undefined;
  for (let attempt = 0; attempt < AHEAD_ATTEMPTS && signal?.aborted !== true; attempt += 1) {
    held = (await topics.watermarks(at.topic)).get(at.partition);
    const verdict = decideHeld(at.offset, held);
    if (verdict === 'held') return;
    if (verdict === 'gone') break;
    await systemClock.sleep(AHEAD_WAIT_MS, signal);
  }
  throw new DeliveryError(
    'KAFKA_OFFSET_OUT_OF_RANGE',
    'the topic does not hold the offset to read from',
    { context: { ...at, low: held?.low, high: held?.high } },
  );
}
