import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunkAt, chunkCount } from './scan-chunks.js';

function leaves(pages: readonly number[]) {
  let firstBlock = 0;
  return pages.map((count, index) => {
    const leaf = { oid: index + 1, name: 'l', relfilenode: 1, pages: count, firstBlock };
    firstBlock += count;
    return leaf;
  });
}

describe('chunks', () => {
  it('cover every block of every leaf once, in order', () => {
    const pages = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(pages, fc.integer({ min: 1, max: 15 }), (counts, chunkPages) => {
        const plan = leaves(counts);
        const blocks: number[] = [];
        for (let chunk = 0; chunk < chunkCount(plan, chunkPages); chunk += 1) {
          const { leaf, fromBlock, toBlock } = chunkAt(plan, chunkPages, chunk);
          expect(toBlock - fromBlock).toBeGreaterThan(0);
          expect(toBlock - fromBlock).toBeLessThanOrEqual(chunkPages);
          for (let at = fromBlock; at < toBlock; at += 1) blocks.push(leaf.firstBlock + at);
        }
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(blocks).toEqual(Array.from({ length: total }, (_, index) => index));
      }),
    );
  });

  it('end with the plan', () => {
    expect(chunkCount([], 10)).toBe(0);
    expect(() => chunkAt(leaves([10]), 10, 1)).toThrow('within the plan');
  });
});
