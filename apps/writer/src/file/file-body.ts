import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryError } from '@lakeferry/errors';
import type { ObjectBody } from '@lakeferry/object-store';
import { assert } from '@lakeferry/runtime';
import type { MemoryBudget } from './memory-budget.js';

/** Files up to this size stay in memory while the budget allows it; larger ones are spooled. */
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The bytes of one file, read again for every attempt to put it. They lie in memory, or from the
 * point on at which memory is used up in a temporary file without a name, which is gone with the
 * process whatever becomes of it.
 */
export class FileBody implements ObjectBody {
  readonly #budget: MemoryBudget;
  #chunks: Buffer[] = [];
  #held = 0;
  #spool: FileHandle | undefined;
  #bytes = 0;
  #discarded = false;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The chunk is copied: what it is a view of may go. */
  async append(chunk: Buffer): Promise<void> {
    assert(!this.#discarded, 'a discarded file takes no more chunks');
    if (this.#spool === undefined && this.#mayHold(chunk.length)) {
      this.#chunks.push(Buffer.from(chunk));
      this.#held += chunk.length;
    } else {
      await this.#spoolOut(chunk);
    }
    this.#bytes += chunk.length;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    assert(offset + length <= this.#bytes, 'a read lies within the file');
    if (this.#spool === undefined) return this.#fromMemory(offset, length);
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await spooled(
        this.#spool.read(buffer, filled, length - filled, offset + filled),
      );
      if (bytesRead === 0) throw spoolFailed(undefined);
      filled += bytesRead;
    }
    return buffer;
  }

  /** Frees what the file holds; a second call does nothing. */
  async discard(): Promise<void> {
    this.#discarded = true;
    this.#release();
    const spool = this.#spool;
    this.#spool = undefined;
    await spool?.close().catch(() => undefined);
  }

  #mayHold(bytes: number): boolean {
    return this.#bytes + bytes <= MEMORY_BYTES_MAX && this.#budget.take(bytes);
  }

  #fromMemory(offset: number, length: number): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const [whole = Buffer.alloc(0)] = this.#chunks;
    return whole.subarray(offset, offset + length);
  }

  async #spoolOut(chunk: Buffer): Promise<void> {
    if (this.#spool === undefined) {
      this.#spool = await spooled(openNameless());
      if (this.#held > 0) await spooled(writeAll(this.#spool, this.#fromMemory(0, this.#held), 0));
      this.#release();
    }
    await spooled(writeAll(this.#spool, chunk, this.#bytes));
  }

  #release(): void {
    this.#budget.give(this.#held);
    this.#held = 0;
    this.#chunks = [];
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `lakeferry-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    written += (await handle.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

async function spooled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw spoolFailed(error);
  }
}

function spoolFailed(cause: unknown): DeliveryError {
  return new DeliveryError('SPOOL_FAILED', 'a file could not be kept in the temporary folder', {
    cause,
  });
}
