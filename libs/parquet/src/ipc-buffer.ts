import { RecordBatchStreamWriter, type RecordBatch } from 'apache-arrow';

/**
 * Writes Arrow IPC streams into one buffer that is used again and again: row groups are megabytes, and
 * fresh memory for each costs more than the copying. One per thread is enough, as an encoder copies
 * the stream into its own memory at once.
 */
export class IpcBuffer {
  private bytes = new Uint8Array(1024 * 1024);
  private used = 0;

  /** The stream of one batch, valid until the next call. */
  write(batch: RecordBatch): Uint8Array {
    this.used = 0;
    const writer = new CapturingWriter((chunk) => this.add(chunk));
    writer.write(batch);
    writer.finish();
    return this.bytes.subarray(0, this.used);
  }

  private add(chunk: Uint8Array): void {
    const end = this.used + chunk.length;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.used));
      this.bytes = grown;
    }
    this.bytes.set(chunk, this.used);
    this.used = end;
  }
}

/** Hands every piece of the stream on at once instead of queueing it. */
class CapturingWriter extends RecordBatchStreamWriter {
  constructor(private readonly capture: (chunk: Uint8Array) => void) {
    super();
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
    this.capture(bytes);
    this._position += bytes.length;
    return this;
  }
}
