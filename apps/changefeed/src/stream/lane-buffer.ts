import {
  RECORD_BYTES_MAX,
  RECORD_HEADERS,
  ROW_BYTES_MAX,
  type ControlRecord,
  type IdentityJson,
} from '@lakeferry/contracts';
import { cutOversizeRow } from './oversize-row.js';
import { IdentityRegister } from './identity-register.js';

/** A record on its way to one lane of one topic. */
export interface LaneRecord {
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const FIRST_CAPACITY = 16 * 1024;

/**
 * Packs the mutations of one lane into records (1 to N lines of NDJSON, at most 512 KiB; a single
 * larger row takes a record of its own). Control records keep their place among them.
 */
export class LaneBuffer {
  private lines = Buffer.allocUnsafe(FIRST_CAPACITY);
  private length = 0;
  private rows = 0;
  private first: IdentityJson | null = null;
  private readonly last = new IdentityRegister();
  private records: LaneRecord[] = [];
  private recordBytes = 0;

  /** Bytes waiting, finished records included. */
  get bytes(): number {
    return this.recordBytes + this.length;
  }

  get isEmpty(): boolean {
    return this.records.length === 0 && this.rows === 0;
  }

  /**
   * Adds one line, its newline included.
   *
   * @param identity of the mutation; copied, so the caller may reuse it
   */
  // eslint-disable-next-line max-params -- called once per row: no object per call
  append(source: Buffer, start: number, end: number, identity: IdentityRegister): void {
    const lineBytes = end - start;
    if (lineBytes > ROW_BYTES_MAX) {
      const cut = cutOversizeRow(source.subarray(start, end), ROW_BYTES_MAX);
      this.append(cut, 0, cut.length, identity);
      return;
    }
    if (this.rows > 0 && this.length + lineBytes > RECORD_BYTES_MAX) this.cut();
    this.ensure(lineBytes);
    source.copy(this.lines, this.length, start, end);
    this.length += lineBytes;
    this.rows += 1;
    this.first ??= identity.toJson();
    this.last.copyFrom(identity);
  }

  control(record: ControlRecord): void {
    this.cut();
    const value = Buffer.from(JSON.stringify(record));
    this.records.push({ value, headers: { [RECORD_HEADERS.kind]: record.control } });
    this.recordBytes += value.length;
  }

  /** Hands over everything in order and starts anew. */
  take(): LaneRecord[] {
    this.cut();
    const records = this.records;
    this.records = [];
    this.recordBytes = 0;
    return records;
  }

  private cut(): void {
    if (this.rows === 0) return;
    const value = Buffer.from(this.lines.subarray(0, this.length));
    this.records.push({
      value,
      headers: {
        [RECORD_HEADERS.kind]: 'mutations',
        [RECORD_HEADERS.rows]: String(this.rows),
        [RECORD_HEADERS.first]: JSON.stringify(this.first),
        [RECORD_HEADERS.last]: JSON.stringify(this.last.toJson()),
      },
    });
    this.recordBytes += value.length;
    this.length = 0;
    this.rows = 0;
    this.first = null;
  }

  private ensure(more: number): void {
    if (this.length + more <= this.lines.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.lines.length * 2, this.length + more));
    this.lines.copy(grown, 0, 0, this.length);
    this.lines = grown;
  }
}
