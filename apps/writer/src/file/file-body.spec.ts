import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { FileBody } from './file-body.js';
import { MemoryBudget } from './memory-budget.js';

const MIB = 1024 * 1024;

describe('FileBody', () => {
  it.each([
    ['in memory', 100, 10],
    ['beyond the budget', 4, 10],
    ['beyond what one file may hold', 1000, 20],
  ])('gives back what it took, %s', async (_name, budgetMib, fileMib) => {
    const budget = new MemoryBudget(budgetMib * MIB);
    const body = new FileBody(budget);
    const chunks = Array.from({ length: fileMib }, () => randomBytes(MIB));
    const whole = Buffer.concat(chunks);
    for (const chunk of chunks) {
      await body.append(chunk);
      chunk.fill(0);
    }
    expect(body.bytes).toBe(fileMib * MIB);
    expect((await body.read(0, body.bytes)).equals(whole)).toBe(true);
    expect(
      (await body.read(3 * MIB - 5, 10)).equals(whole.subarray(3 * MIB - 5, 3 * MIB + 5)),
    ).toBe(true);
    await body.discard();
    await body.discard();
    expect(budget.take(budgetMib * MIB)).toBe(true);
  });

  it('refuses to read behind its end', async () => {
    const body = new FileBody(new MemoryBudget(10));
    await body.append(Buffer.from('abc'));
    await expect(body.read(1, 3)).rejects.toThrow('within the file');
  });
});
