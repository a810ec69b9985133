import type { ScanLeaf } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';

/** A run of blocks of one leaf, numbered within the leaf. */
export interface ScanChunk {
  readonly leaf: ScanLeaf;
  readonly fromBlock: number;
  /** The first block behind the chunk. */
  readonly toBlock: number;
}

/** How many chunks a scan has. A chunk never spans leaves; an empty leaf has none. */
export function chunkCount(leaves: readonly ScanLeaf[], chunkPages: number): number {
  return leaves.reduce((sum, leaf) => sum + Math.ceil(leaf.pages / chunkPages), 0);
}

/** Chunk number `chunk`, counted from 0: a pure function of the plan. */
export function chunkAt(leaves: readonly ScanLeaf[], chunkPages: number, chunk: number): ScanChunk {
  let before = 0;
  const leaf = must(
    leaves.find((candidate) => {
      const count = Math.ceil(candidate.pages / chunkPages);
      if (chunk < before + count) return true;
      before += count;
      return false;
    }),
    'a chunk lies within the plan',
  );
  const fromBlock = (chunk - before) * chunkPages;
  return { leaf, fromBlock, toBlock: Math.min(fromBlock + chunkPages, leaf.pages) };
}
