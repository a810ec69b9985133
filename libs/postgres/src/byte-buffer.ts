const START_BYTES = 64 * 1024;

/**
 * A growable run of bytes that is filled, handed on and cleared. `bytes` may be replaced by any call
 * that grows it: read it again after each.
 */
export class ByteBuffer {
  bytes: Buffer;
  length = 0;

  constructor(startBytes = START_BYTES) {
    this.bytes = Buffer.allocUnsafe(startBytes);
  }

  /** Makes room for `extra` bytes behind `length`. */
  ensure(extra: number): void {
    const wanted = this.length + extra;
    if (wanted <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  append(source: Uint8Array, start: number, end: number): void {
    this.ensure(end - start);
    this.bytes.set(source.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** Forgets everything behind `length`. */
  truncate(length: number): void {
    this.length = length;
  }

  /** Forgets the content; gives memory back when one large row had blown the buffer up. */
  clear(keepBytesMax = 16 * 1024 * 1024): void {
    this.length = 0;
    if (this.bytes.length > keepBytesMax) this.bytes = Buffer.allocUnsafe(START_BYTES);
  }

  /** The content, sharing memory with the buffer. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
