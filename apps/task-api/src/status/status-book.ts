import { statusKey, statusRecord, type StatusRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { reportsOf, type TaskReports } from './task-reports.js';

/** The newest report per subject, in memory, with what of it is not stored yet. */
export class StatusBook {
  private readonly records = new Map<string, StatusRecord>();
  private readonly unsaved = new Set<string>();
  private isCurrent = false;

  /** What was stored when this process started. */
  restore(stored: ReadonlyMap<string, StatusRecord>): void {
    for (const [key, record] of stored) this.records.set(key, record);
  }

  /** Takes one record of `lakeferry.status`; what does not fit its contract changes nothing. */
  fold(key: string, value: string | null): 'taken' | 'unknown' {
    if (value === null) {
      this.records.delete(key);
      this.unsaved.add(key);
      return 'taken';
    }
    const parsed = statusRecord.safeParse(parseJson(value));
    if (!parsed.success || statusKey(parsed.data) !== key) return 'unknown';
    this.records.set(key, withFacts(parsed.data, this.records.get(key)));
    this.unsaved.add(key);
    return 'taken';
  }

  /** Everything that was reported before this process started is in the book. */
  caughtUp(): void {
    this.isCurrent = true;
  }

  /**
   * @throws DeliveryError KAFKA_UNAVAILABLE until the book has caught up: what is older than what was told
   *   already would take delivered rows back
   */
  of(task: { taskId: string; source: string }): TaskReports {
    if (!this.isCurrent) {
      throw new DeliveryError('KAFKA_UNAVAILABLE', 'what services reported is still being read');
    }
    return reportsOf(task, this.records.values());
  }

  /** Keys of all reports of a task. */
  keysOf(taskId: string): readonly string[] {
    return [...this.records.keys()].filter((key) => key.startsWith(`${taskId}/`));
  }

  /** What changed since the last call; `null` where the subject is gone. */
  takeUnsaved(): ReadonlyMap<string, StatusRecord | null> {
    const keys = [...this.unsaved];
    this.unsaved.clear();
    return new Map(keys.map((key) => [key, this.records.get(key) ?? null]));
  }

  /** Gives back what could not be stored. */
  putBack(keys: Iterable<string>): void {
    for (const key of keys) this.unsaved.add(key);
  }
}

/**
 * A route that is off, or not there again after a restart, has no facts of its own: what was last known of the
 * task stays true, above all where it started.
 */
function withFacts(record: StatusRecord, known: StatusRecord | undefined): StatusRecord {
  if (record.kind !== 'route' || known?.kind !== 'route') return record;
  const { state, waitingFor, error, bytesHeld } = record;
  if (state !== 'off' && (record.c !== null || known.c === null)) return record;
  return { ...known, state, waitingFor, error, bytesHeld };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
