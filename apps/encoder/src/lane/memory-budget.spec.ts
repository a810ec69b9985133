import { describe, expect, test } from '@jest/globals';
import type { OpenFile } from './lane-state.js';
import { MemoryBudget, type MemoryHolder } from './memory-budget.js';

/** A lane whose files have given sizes. */
class Holder implements MemoryHolder {
  readonly sealed: string[] = [];

  constructor(readonly sizes: Map<string, number>) {}

  get openFiles(): Iterable<OpenFile> {
    return [...this.sizes].map(([prefix, memoryBytes]) => ({ prefix, memoryBytes }) as OpenFile);
  }

  async sealForMemory(prefix: string): Promise<void> {
    await Promise.resolve();
    this.sizes.delete(prefix);
    this.sealed.push(prefix);
  }
}

describe('MemoryBudget', () => {
  test('seals the largest files of all lanes until the rest fits', async () => {
    const one = new Holder(
      new Map([
        ['a', 50],
        ['b', 20],
      ]),
    );
    const two = new Holder(
      new Map([
        ['c', 40],
        ['d', 30],
      ]),
    );
    const budget = new MemoryBudget(60);
    budget.enter(one);
    budget.enter(two);
    await Promise.all([budget.relieve(), budget.relieve()]);
    expect([one.sealed, two.sealed]).toEqual([['a'], ['c']]);
    expect(budget.heldBytes).toBe(50);
  });

  test('does not count lanes that left', async () => {
    const one = new Holder(new Map([['a', 500]]));
    const budget = new MemoryBudget(60);
    budget.enter(one);
    budget.leave(one);
    await budget.relieve();
    expect(one.sealed).toEqual([]);
  });
});
