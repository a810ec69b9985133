/** Files that a lane holds before it reads on. */
const FILES_MAX = 8;
/** Bytes of files that a lane holds before it reads on; a larger file comes when it is alone. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Entries in line, with marks and with visible files behind one that is not. */
const ENTRIES_MAX = 256;

/** How much a lane holds, and when it may hold more: what does not fit waits in Kafka. */
export class LaneRoom {
  #files = 0;
  #bytes = 0;
  #entries = 0;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  entered(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
  }

  left(bytes: number): void {
    this.#files -= 1;
    this.#bytes -= bytes;
    this.#wake();
  }

  inLine(entries: number): void {
    this.#entries = entries;
    this.#wake();
  }

  /** Nothing more comes in. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when the next file or mark may come, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    while (!this.#isFree() && !signal.aborted) {
      const { promise, resolve } = this.#changed;
      const stop = () => resolve();
      signal.addEventListener('abort', stop, { once: true });
      await promise;
      signal.removeEventListener('abort', stop);
    }
  }

  #isFree(): boolean {
    if (this.#closed) return false;
    if (this.#entries >= ENTRIES_MAX) return false;
    return this.#files === 0 || (this.#files < FILES_MAX && this.#bytes < BYTES_MAX);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
