import { closeSync, openSync, writeSync } from 'node:fs';
import type { CommittedTransaction } from '../committed-change.js';

/**
 * What committed, in the order each connection was told so. Kept in memory for the checker and, line
 * by line, in a file for a person. A transaction whose COMMIT got no answer is unsettled until somebody
 * asked the server what became of it.
 */
export class Journal {
  private readonly known: CommittedTransaction[] = [];
  private readonly open = new Map<bigint, CommittedTransaction>();
  private readonly file: number | null;

  constructor(path?: string) {
    this.file = path === undefined ? null : openSync(path, 'a', 0o600);
  }

  get transactions(): readonly CommittedTransaction[] {
    return this.known;
  }

  get unsettled(): readonly CommittedTransaction[] {
    return [...this.open.values()];
  }

  committed(transaction: CommittedTransaction): void {
    this.known.push(transaction);
    this.write({ committed: transaction });
  }

  unknown(transaction: CommittedTransaction): void {
    this.open.set(transaction.xid, transaction);
    this.write({ unknown: transaction });
  }

  settle(xid: bigint, outcome: 'committed' | 'aborted'): void {
    const transaction = this.open.get(xid);
    if (transaction === undefined) throw new Error(`transaction ${xid} is not unsettled`);
    this.open.delete(xid);
    if (outcome === 'committed') this.known.push(transaction);
    this.write({ settled: xid, outcome });
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }

  private write(record: unknown): void {
    if (this.file === null) return;
    const line = JSON.stringify(record, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    writeSync(this.file, `${line}\n`);
  }
}
