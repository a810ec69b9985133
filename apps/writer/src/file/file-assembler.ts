import { createHash, type Hash } from 'node:crypto';
import type { FileMark, FileSeal } from '@lakeferry/contracts';
import { assert, must } from '@lakeferry/runtime';
import { checkDigest, decideAssembly, isRest, type FileRecord } from './assembly.js';
import { FileBody } from './file-body.js';
import type { MemoryBudget } from './memory-budget.js';

/** A whole file out of `files`; whoever takes it discards its body. */
export interface AssembledFile {
  readonly kind: 'file';
  readonly seal: FileSeal;
  readonly body: FileBody;
  /** Offset behind the seal. */
  readonly nextOffset: bigint;
}

export interface AssembledMark {
  readonly kind: 'mark';
  readonly mark: FileMark;
  readonly nextOffset: bigint;
}

interface Open {
  readonly fileId: string;
  readonly body: FileBody;
  readonly hash: Hash;
  chunks: number;
}

/** Puts the files of one lane together again, one at a time. */
export class FileAssembler {
  readonly #lane: number;
  readonly #budget: MemoryBudget;
  /** The rest of a file whose beginning Kafka has freed is passed over. */
  #torn: boolean;
  #open: Open | undefined;

  /** @param from whether the first record may lie in the middle of a file that was freed in part */
  constructor(
    lane: number,
    budget: MemoryBudget,
    from: 'a whole file' | 'anywhere' = 'a whole file',
  ) {
    this.#lane = lane;
    this.#budget = budget;
    this.#torn = from === 'anywhere';
  }

  /** Whether the next record starts something new. */
  get isBetweenFiles(): boolean {
    return this.#open === undefined;
  }

  /** @throws DeliveryError CONTRACT_VIOLATION, SPOOL_FAILED */
  async take(record: FileRecord): Promise<AssembledFile | AssembledMark | undefined> {
    if (this.#torn && isRest(record)) return undefined;
    this.#torn = false;
    const open = this.#open;
    const state = open && { fileId: open.fileId, chunks: open.chunks, bytes: open.body.bytes };
    const step = decideAssembly(state, record, this.#lane);
    switch (step.kind) {
      case 'begin': {
        assert(open === undefined, 'a file begins between files');
        const body = new FileBody(this.#budget);
        this.#open = { fileId: step.fileId, body, hash: createHash('sha256'), chunks: 0 };
        await this.#append(this.#open, step.chunk);
        return undefined;
      }
      case 'append':
        await this.#append(must(open, 'a chunk is appended to an open file'), step.chunk);
        return undefined;
      case 'seal': {
        const { body, hash } = must(open, 'an open file is sealed');
        checkDigest(step.seal, hash.digest('hex'), record.offset);
        this.#open = undefined;
        return { kind: 'file', seal: step.seal, body, nextOffset: record.offset + 1n };
      }
      case 'mark':
        return { kind: 'mark', mark: step.mark, nextOffset: record.offset + 1n };
      default:
        return step satisfies never;
    }
  }

  /** Drops the file that is not whole yet; it is read again from its first chunk. */
  async discard(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.body.discard();
  }

  async #append(open: Open, chunk: Buffer): Promise<void> {
    open.hash.update(chunk);
    open.chunks += 1;
    await open.body.append(chunk);
  }
}
