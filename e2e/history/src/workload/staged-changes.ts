import type { RowChange } from '../committed-change.js';

/** The changes of an open transaction; what a savepoint takes back is forgotten. */
export class StagedChanges {
  private readonly staged: RowChange[] = [];
  private readonly marks: number[] = [];

  add(change: RowChange): void {
    this.staged.push(change);
  }

  savepoint(): void {
    this.marks.push(this.staged.length);
  }

  release(): void {
    this.mark();
  }

  rollback(): void {
    this.staged.length = this.mark();
  }

  /** What becomes visible if the transaction commits now. */
  get changes(): readonly RowChange[] {
    return this.staged.slice();
  }

  private mark(): number {
    const mark = this.marks.pop();
    if (mark === undefined) throw new Error('no savepoint is open');
    return mark;
  }
}
