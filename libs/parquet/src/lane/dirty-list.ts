import type { DeliveryColumn, IdentityJson, Mutation } from '@lakeferry/contracts';
import type { DirtySink } from '../column-builder.js';
import { shortText } from '../values/decode-value.js';
import type { DirtyField } from './lane-spec.js';

/** Dirty fields that one append lists; the rest is counted. */
const LISTED_MAX = 1000;

interface Complaint {
  readonly column: string;
  readonly reason: string;
  readonly value: string;
}

type Change = Pick<Mutation, 'op' | 'at'>;

/** Collects what does not fit in a row, and keeps it once the row is in a file. */
export class DirtyList implements DirtySink {
  private row: Complaint[] = [];
  private change: Change = { op: 'c', at: '' };
  private listed: DirtyField[] = [];
  private omitted = 0;

  report(column: DeliveryColumn, reason: string, value: string): void {
    this.row.push({ column: column.ossColumnName, reason, value });
  }

  complain(column: string, reason: string, value: unknown): void {
    this.row.push({ column, reason, value: shortText(value) });
  }

  /** Forgets the row: it is read anew. */
  clearRow(): void {
    if (this.row.length > 0) this.row = [];
  }

  get rowIsDirty(): boolean {
    return this.row.length > 0;
  }

  /** Says of which change the row is; asked for dirty rows only. */
  tellChange(change: Change): void {
    this.change = { op: change.op, at: change.at };
  }

  /** Keeps the row's fields and returns their number. */
  commitRow(prefix: string, identity: IdentityJson): number {
    const fields = this.row;
    for (const field of fields) {
      if (this.listed.length < LISTED_MAX) {
        this.listed.push({ prefix, identity, ...this.change, ...field });
      } else this.omitted += 1;
    }
    this.row = [];
    return fields.length;
  }

  /** What was kept since the last call. */
  take(): { readonly dirty: readonly DirtyField[]; readonly dirtyOmitted: number } {
    const taken = { dirty: this.listed, dirtyOmitted: this.omitted };
    this.listed = [];
    this.omitted = 0;
    return taken;
  }
}
