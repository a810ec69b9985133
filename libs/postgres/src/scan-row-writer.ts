/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import type { ByteBuffer } from './byte-buffer.js';
import { CopyFields } from './copy-values.js';
import { jsonBytesMax, writeUint } from './json-bytes.js';
import { formatLsn, type Lsn } from './lsn.js';
import { renderingOf, type Rendering, type SourceColumn } from './value-rendering.js';

export interface ScanRowWriterOptions {
  /** As `formatTableName` writes it. */
  readonly table: string;
  /** The columns of the row's key; empty where the table has none. */
  readonly key: readonly SourceColumn[];
  /** The task's source columns, in the order of the wire. */
  readonly row: readonly SourceColumn[];
  /** The plan's consistent point. */
  readonly lsn: Lsn;
  /** The time of the plan. */
  readonly at: string;
}

interface ScanField {
  /** `"name":` with the comma or brace in front of it. */
  readonly label: Buffer;
  readonly rendering: Rendering;
  /** The key field whose text is repeated here; -1 where the field is read from the line. */
  readonly repeats: number;
}

const VALUE_OVERHEAD_BYTES = 8;
const CLOSE = Buffer.from('}');
const CLOSE_LINE = Buffer.from('}}\n');
const PAGE_BYTES_MAX = 40;

/** Turns lines of COPY text into mutations of kind `r`, in one pass over the bytes. */
export class ScanRowWriter {
  /** The columns to COPY, in order: the key first, then what else the row needs. */
  readonly copyColumns: readonly SourceColumn[];
  private readonly head: Buffer;
  private readonly keyFields: readonly ScanField[];
  private readonly rowFields: readonly ScanField[];
  private readonly fixedBytes: number;
  private readonly fields = new CopyFields();
  private readonly keyStarts: Int32Array;
  private readonly keyEnds: Int32Array;

  constructor(options: ScanRowWriterOptions) {
    const { key, row } = options;
    const keyNames = key.map((column) => column.name);
    const others = row.filter((column) => !keyNames.includes(column.name));
    this.copyColumns = [...key, ...others];
    this.head = Buffer.from(
      `{"op":"r","table":${JSON.stringify(options.table)},"lsn":"${formatLsn(options.lsn)}",` +
        `"at":"${options.at}","page":[`,
    );
    this.keyFields = key.map((column, index) => ({
      label: label(index === 0 ? ',"key":{' : ',', column.name),
      rendering: renderingOf(column.baseTypeOid),
      repeats: -1,
    }));
    this.rowFields = row.map((column, index) => ({
      label: label(index === 0 ? ',"row":{' : ',', column.name),
      rendering: renderingOf(column.baseTypeOid),
      repeats: keyNames.indexOf(column.name),
    }));
    this.keyStarts = new Int32Array(key.length);
    this.keyEnds = new Int32Array(key.length);
    const labels = [...this.keyFields, ...this.rowFields];
    this.fixedBytes =
      this.head.length +
      PAGE_BYTES_MAX +
      labels.reduce((sum, field) => sum + field.label.length + VALUE_OVERHEAD_BYTES, 0);
  }

  /**
   * Appends the mutation of one line of COPY text.
   *
   * @param start the first byte of the first of `copyColumns`
   * @param end behind the line's newline
   */
  write(
    buffer: ByteBuffer,
    bytes: Buffer,
    start: number,
    end: number,
    page: number,
    tuple: number,
  ): void {
    // Values of the key stand in the line twice.
    buffer.ensure(this.fixedBytes + 2 * jsonBytesMax(bytes, start, end));
    const out = buffer.bytes;
    const { fields, keyFields, rowFields } = this;
    fields.at = start;
    out.set(this.head, buffer.length);
    let pos = writeUint(page, out, buffer.length + this.head.length);
    out[pos++] = 0x2c;
    pos = writeUint(tuple, out, pos);
    out[pos++] = 0x5d;
    for (let index = 0; index < keyFields.length; index += 1) {
      const field = keyFields[index] as ScanField;
      pos = writeLabel(field.label, out, pos);
      this.keyStarts[index] = pos;
      pos = fields.writeValue(field.rendering, bytes, out, pos);
      this.keyEnds[index] = pos;
    }
    if (keyFields.length > 0) pos = writeLabel(CLOSE, out, pos);
    for (let index = 0; index < rowFields.length; index += 1) {
      const field = rowFields[index] as ScanField;
      pos = writeLabel(field.label, out, pos);
      pos =
        field.repeats < 0
          ? fields.writeValue(field.rendering, bytes, out, pos)
          : this.repeatKey(field.repeats, out, pos);
    }
    buffer.length = writeLabel(CLOSE_LINE, out, pos);
  }

  private repeatKey(key: number, out: Uint8Array, position: number): number {
    let pos = position;
    const end = this.keyEnds[key] as number;
    for (let at = this.keyStarts[key] as number; at < end; at += 1) out[pos++] = out[at] as number;
    return pos;
  }
}

export function createScanRowWriter(options: ScanRowWriterOptions): ScanRowWriter {
  return new ScanRowWriter(options);
}

function label(before: string, name: string): Buffer {
  return Buffer.from(`${before}${JSON.stringify(name)}:`);
}

/** Labels are short: a loop beats the call of a bulk copy. */
function writeLabel(bytes: Uint8Array, out: Uint8Array, position: number): number {
  const { length } = bytes;
  for (let index = 0; index < length; index += 1) out[position + index] = bytes[index] as number;
  return position + length;
}
