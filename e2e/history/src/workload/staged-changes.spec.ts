import { describe, expect, test } from '@jest/globals';
import { StagedChanges } from './staged-changes.js';

const change = (key: number) => [
  { table: 't', key: BigInt(key), version: 1n, replaces: null, values: {} },
];

describe('StagedChanges', () => {
  test('a rolled back savepoint takes its changes back, also those of released ones inside it', () => {
    const staged = new StagedChanges();
    staged.add(change(1));
    staged.savepoint();
    staged.add(change(2));
    staged.savepoint();
    staged.add(change(3));
    staged.release();
    staged.rollback();
    staged.add(change(4));
    expect([...staged.changes].map(({ key }) => key)).toEqual([1n, 4n]);
  });

  test('a released savepoint keeps its changes, without those of a rolled back one inside it', () => {
    const staged = new StagedChanges();
    staged.savepoint();
    staged.add(change(1));
    staged.savepoint();
    staged.add(change(2));
    staged.rollback();
    staged.release();
    expect([...staged.changes].map(({ key }) => key)).toEqual([1n]);
    expect(() => staged.rollback()).toThrow('no savepoint is open');
  });
});
