import type { DirtyRecord, IdentityJson } from '@lakeferry/contracts';
import type { DirtyField } from '@lakeferry/parquet';

/** Dirty fields that one file lists; its seal counts them all. */
const FIELDS_PER_FILE_MAX = 1000;
/** Dirty fields that a lane keeps for all its open files: some 5 MiB at worst. */
const FIELDS_PER_LANE_MAX = 4000;

/**
 * Dirty fields of open files: they are published with the file that holds their row, so that a row
 * that is read again after a crash is not reported twice.
 */
export class DirtyNotes {
  private readonly byPrefix = new Map<string, DirtyField[]>();
  private kept = 0;

  add(dirty: readonly DirtyField[]): void {
    for (const field of dirty) {
      const fields = this.byPrefix.get(field.prefix) ?? [];
      this.byPrefix.set(field.prefix, fields);
      if (fields.length >= FIELDS_PER_FILE_MAX || this.kept >= FIELDS_PER_LANE_MAX) continue;
      fields.push(field);
      this.kept += 1;
    }
  }

  /** What is known of a file that is sealed, with a last line for what is not listed. */
  take(sealed: {
    readonly fileId: string;
    readonly prefix: string;
    readonly dirty: number;
    readonly last: IdentityJson;
  }): readonly DirtyRecord[] {
    const fields = this.byPrefix.get(sealed.prefix) ?? [];
    this.byPrefix.delete(sealed.prefix);
    this.kept -= fields.length;
    const { fileId } = sealed;
    const records: DirtyRecord[] = fields.map(({ prefix: _, ...field }) => ({
      ...{ v: 1, fileId },
      ...field,
    }));
    const omitted = sealed.dirty - fields.length;
    if (omitted > 0) {
      const value = `${omitted} more in the file of prefix ${sealed.prefix}`;
      const counted = { column: null, reason: 'not listed', value, omitted };
      records.push({ v: 1, fileId, identity: sealed.last, ...counted });
    }
    return records;
  }
}
