import { closeSync, openSync, writeSync } from 'node:fs';
import type { CommitPoint, CommittedTransaction } from '../committed-change.js';

/** Changes of a transaction that are written out for a person; of larger ones the number is. */
const CHANGES_TOLD_MAX = 1000;

/**
 * What committed, in the order each connection was told so. Kept in memory for the checker and, line
 * by line, in a file for a person. What a connection was told is not the last word: only the source's
 * own log knows of a COMMIT that got no answer, and of one that was answered before it was durable.
 */
export class Journal {
  private answered: CommittedTransaction[] = [];
  private readonly unanswered = new Map<string, CommittedTransaction>();
  private readonly lost: CommittedTransaction[] = [];
  private readonly file: number | null;

  constructor(path?: string) {
    this.file = path === undefined ? null : openSync(path, 'a', 0o600);
  }

  get transactions(): readonly CommittedTransaction[] {
    return this.answered;
  }

  /** Transactions whose COMMIT got no answer. */
  get unsettled(): readonly CommittedTransaction[] {
    return [...this.unanswered.values()];
  }

  /** Transactions that a crash of the source undid after their COMMIT was answered. */
  get lostBySource(): readonly CommittedTransaction[] {
    return this.lost;
  }

  committed(transaction: CommittedTransaction): void {
    this.answered.push(transaction);
    this.write('committed', transaction);
  }

  unknown(transaction: CommittedTransaction): void {
    this.unanswered.set(transaction.label, transaction);
    this.write('unknown', transaction);
  }

  /**
   * Says what became of every transaction: those of the log committed, no others did. The log must
   * have been read after the workload had stopped.
   *
   * @throws Error when a COMMIT that was answered as durable is not in the log
   */
  settle(commits: ReadonlyMap<string, CommitPoint>): void {
    const undone = this.answered.filter(
      ({ label, changes }) => changes.length > 0 && !commits.has(label),
    );
    const broken = undone.find(({ asynchronous }) => asynchronous !== true);
    if (broken !== undefined) {
      throw new Error(
        `transaction ${broken.label} was told to have committed but is not in the source's log`,
      );
    }
    for (const transaction of undone) {
      this.lost.push(transaction);
      this.write('lost by the source', transaction);
    }
    const gone = new Set(undone);
    this.answered = this.answered.filter((each) => !gone.has(each));
    for (const transaction of this.unanswered.values()) {
      const committed = commits.has(transaction.label);
      if (committed) this.answered.push(transaction);
      this.write(committed ? 'settled as committed' : 'settled as aborted', transaction);
    }
    this.unanswered.clear();
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }

  private write(what: string, { changes, ...transaction }: CommittedTransaction): void {
    if (this.file === null) return;
    const told = changes.length > CHANGES_TOLD_MAX ? changes.length : [...changes];
    const line = JSON.stringify({ what, ...transaction, changes: told }, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    writeSync(this.file, `${line}\n`);
  }
}
