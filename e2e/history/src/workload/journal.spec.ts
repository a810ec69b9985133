import { describe, expect, test } from '@jest/globals';
import type { CommittedTransaction } from '../committed-change.js';
import { Journal } from './journal.js';

function transaction(number: number, more: Partial<CommittedTransaction> = {}) {
  const change = { table: 't', key: 1n, version: BigInt(number), replaces: null, values: {} };
  const label = `w:0:${number}`;
  return { label, connection: 0, number, changes: [change], ...more };
}

const logOf = (...numbers: number[]) =>
  new Map(numbers.map((number) => [`w:0:${number}`, { lsn: BigInt(number), atMicros: 0n }]));

const numbers = (all: readonly CommittedTransaction[]) => all.map(({ number }) => number);

describe('Journal', () => {
  test('a COMMIT without an answer is settled by the log', () => {
    const journal = new Journal();
    journal.committed(transaction(1));
    journal.unknown(transaction(2));
    journal.unknown(transaction(3));
    expect(numbers(journal.unsettled)).toEqual([2, 3]);
    journal.settle(logOf(1, 3));
    expect(numbers(journal.transactions)).toEqual([1, 3]);
    expect(journal.unsettled).toEqual([]);
  });

  test('an answered COMMIT that is not in the log is an error of the run', () => {
    const journal = new Journal();
    journal.committed(transaction(1));
    journal.committed(transaction(2));
    expect(() => journal.settle(logOf(1))).toThrow('transaction w:0:2 was told to have committed');
  });

  test('unless it was answered before it was durable: then the source lost it', () => {
    const journal = new Journal();
    journal.committed(transaction(1, { asynchronous: true }));
    journal.committed(transaction(2, { asynchronous: true }));
    journal.settle(logOf(1));
    expect(numbers(journal.transactions)).toEqual([1]);
    expect(numbers(journal.lostBySource)).toEqual([2]);
  });

  test('one that changed nothing is in no log', () => {
    const journal = new Journal();
    journal.committed(transaction(1, { changes: [] }));
    expect(() => journal.settle(logOf())).not.toThrow();
  });

  test('is settled again after the next workload', () => {
    const journal = new Journal();
    journal.committed(transaction(1));
    journal.settle(logOf(1));
    journal.unknown(transaction(2));
    journal.settle(logOf(1, 2));
    expect(numbers(journal.transactions)).toEqual([1, 2]);
  });
});
