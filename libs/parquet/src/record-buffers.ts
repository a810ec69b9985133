import type { RecordSpan } from './lane/lane-spec.js';

/** A record of NDJSON as it came from its topic. */
export interface InputRecord {
  readonly offset: bigint;
  readonly value: Uint8Array;
}

const NEWLINE = 10;
const BUFFER_BYTES_STEP = 1024 * 1024;
/** Buffers kept for the next records, and the largest that is kept. */
const SPARE_MAX = 8;
const SPARE_BYTES_MAX = 8 * 1024 * 1024;

/** Packs records into buffers that travel to a thread and come back. */
export class RecordBuffers {
  private readonly spare: ArrayBuffer[] = [];

  /** All records in one buffer; each ends with a newline there. */
  pack(records: readonly InputRecord[]) {
    const bytes = records.reduce((sum, { value }) => sum + value.length + 1, 0);
    const buffer = this.take(bytes);
    const target = new Uint8Array(buffer);
    const spans: RecordSpan[] = [];
    let end = 0;
    for (const { offset, value } of records) {
      if (value.length === 0) continue;
      const start = end;
      target.set(value, start);
      end += value.length;
      if (value[value.length - 1] !== NEWLINE) target[end++] = NEWLINE;
      spans.push({ offset, start, end });
    }
    return { buffer, records: spans };
  }

  giveBack(buffer: ArrayBuffer): void {
    if (this.spare.length < SPARE_MAX && buffer.byteLength <= SPARE_BYTES_MAX) {
      this.spare.push(buffer);
    }
  }

  private take(bytes: number): ArrayBuffer {
    const index = this.spare.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = index < 0 ? [] : this.spare.splice(index, 1);
    return found ?? new ArrayBuffer(Math.ceil(bytes / BUFFER_BYTES_STEP) * BUFFER_BYTES_STEP);
  }
}
