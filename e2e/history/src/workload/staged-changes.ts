import type { RowChanges } from '../committed-change.js';
import { joinChanges } from './change-run.js';

/** The changes of an open transaction, step by step; what a savepoint takes back is forgotten. */
export class StagedChanges {
  private readonly steps: RowChanges[] = [];
  private readonly marks: number[] = [];

  add(changes: RowChanges): void {
    this.steps.push(changes);
  }

  savepoint(): void {
    this.marks.push(this.steps.length);
  }

  release(): void {
    this.mark();
  }

  rollback(): void {
    this.steps.length = this.mark();
  }

  /** What becomes visible if the transaction commits now. */
  get changes(): RowChanges {
    return joinChanges(this.steps.slice());
  }

  private mark(): number {
    const mark = this.marks.pop();
    if (mark === undefined) throw new Error('no savepoint is open');
    return mark;
  }
}
