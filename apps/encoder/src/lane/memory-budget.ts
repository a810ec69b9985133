import { SerialQueue } from '@lakeferry/runtime';
import { decideMemorySeal } from './decide-rotation.js';
import type { OpenFile } from './lane-state.js';

/** A lane that holds memory for open files. */
export interface MemoryHolder {
  readonly openFiles: Iterable<OpenFile>;
  /**
   * Seals the file if it is still open, so that its memory becomes free; in turn with the lane's
   * other work. Never rejects: a lane that fails gives its memory back as a whole.
   */
  sealForMemory(prefix: string): Promise<void>;
}

/** Keeps the open files of all lanes of the process within their memory: the largest goes first. */
export class MemoryBudget {
  private readonly holders = new Set<MemoryHolder>();
  private readonly turns = new SerialQueue();

  constructor(private readonly memoryBytesMax: number) {}

  enter(holder: MemoryHolder): void {
    this.holders.add(holder);
  }

  leave(holder: MemoryHolder): void {
    this.holders.delete(holder);
  }

  get heldBytes(): number {
    let held = 0;
    for (const { memoryBytes } of this.files()) held += memoryBytes;
    return held;
  }

  /**
   * Resolves when the files are within their memory: waiting here is how a full process slows its
   * input. Never called from within a lane's own turn, which the lane that is sealed may need.
   */
  async relieve(): Promise<void> {
    if (decideMemorySeal(this.files(), this.memoryBytesMax) === null) return;
    await this.turns.run(async () => {
      for (;;) {
        const largest = decideMemorySeal(this.files(), this.memoryBytesMax);
        if (largest === null) return;
        await largest.holder.sealForMemory(largest.prefix);
      }
    });
  }

  private files() {
    return [...this.holders].flatMap((holder) =>
      [...holder.openFiles].map(({ prefix, memoryBytes }) => ({ holder, prefix, memoryBytes })),
    );
  }
}
