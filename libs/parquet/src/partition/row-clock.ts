import type { EventTimeColumn } from '@lakeferry/contracts';
import { isZoneless } from '../columns.js';
import type { LineHead } from '../line/line-head.js';
import { parseJson, skipScalar } from '../values/scan-json.js';
import { readTimestamp, scannedTime, scanDate, scanTimestamp } from '../values/time-text.js';
import { isNativeTime, readEventTime, type EventTime } from './event-time.js';
import type { PrefixRenderer } from './prefix.js';

/** Told when an event time can't be used, with the value as it was. */
export type EventTimeComplaint = (reason: string, value: unknown) => void;

/** Finds the rendered prefix of a row: by its event time, else by its commit time. */
export class RowClock {
  private readonly native: boolean;
  private readonly zoneless: boolean;

  constructor(
    private readonly prefix: PrefixRenderer,
    private readonly column: EventTimeColumn | undefined,
    private readonly complain: EventTimeComplaint,
  ) {
    this.native = column !== undefined && isNativeTime(column);
    this.zoneless = column !== undefined && isZoneless(column.sourceType);
  }

  /** Whether the prefix depends on the row's values. */
  get readsRow(): boolean {
    return this.column !== undefined;
  }

  /** The prefix by commit time, or null when `at` is not in the contract's form. */
  byCommit(b: Uint8Array, head: LineHead): string | null {
    if (scanTimestamp(b, head.at) < 0) return null;
    return this.prefix.atInstant(scannedTime.days * 86400 + scannedTime.seconds);
  }

  /** The prefix of a row that was scanned, by its event time; null as in `byCommit`. */
  byEvent(b: Uint8Array, head: LineHead): string | null {
    if (head.event < 0 || this.column === undefined) return this.byCommit(b, head);
    if (this.native && b[head.event] === 34 && scanQuotedTime(b, head.event + 1)) {
      return this.at(scannedTime.days * 86400 + scannedTime.seconds, this.zoneless);
    }
    const value = scalarAt(b, head.event);
    if (value === undefined) return null;
    const time = readEventTime(this.column, value);
    if (!('reason' in time)) return this.at(time.seconds, time.local);
    this.complain(time.reason, value);
    return this.byCommit(b, head);
  }

  /** The same for a parsed line; null when `at` is no time. */
  byValues(at: string, values: Readonly<Record<string, unknown>>): string | null {
    const time = this.column && readEventTime(this.column, values[this.column.columnName]);
    if (time !== undefined && !('reason' in time)) return this.at(time.seconds, time.local);
    if (time !== undefined && this.column !== undefined) {
      this.complain(time.reason, values[this.column.columnName] ?? null);
    }
    return this.byCommitText(at);
  }

  private byCommitText(at: string): string | null {
    const commit = commitTime(at);
    return 'reason' in commit ? null : this.at(commit.seconds, false);
  }

  /**
   * The prefix of a delete, of which only its key is known: by its event time where that is part of the
   * key, else by its commit time, which is nothing to complain of. Null as in `byValues`.
   */
  byKey(at: string, key: Readonly<Record<string, unknown>>): string | null {
    const known = this.column !== undefined && Object.hasOwn(key, this.column.columnName);
    return known ? this.byValues(at, key) : this.byCommitText(at);
  }

  private at(seconds: number, local: boolean): string {
    return local ? this.prefix.atLocal(seconds) : this.prefix.atInstant(seconds);
  }
}

/** The JSON scalar at `p`, undefined when there is none. */
function scalarAt(b: Uint8Array, p: number): unknown {
  const end = skipScalar(b, p);
  if (end < 0) return undefined;
  try {
    return parseJson(b, p, end);
  } catch {
    return undefined;
  }
}

function scanQuotedTime(b: Uint8Array, p: number): boolean {
  if (b[p + 10] !== 34) {
    const end = scanTimestamp(b, p);
    return end >= 0 && b[end] === 34;
  }
  scannedTime.seconds = 0;
  return scanDate(b, p) >= 0;
}

function commitTime(at: string): EventTime {
  const reading = readTimestamp(at);
  if ('reason' in reading) return reading;
  return { seconds: Number(reading.micros / 1_000_000n), local: false };
}
