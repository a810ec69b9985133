import {
  makeData,
  RecordBatch,
  Struct,
  type Data,
  type DataType,
  type Field,
  type Schema,
} from 'apache-arrow';
import type { DeliverySchema } from '@lakeferry/contracts';
import { IpcBuffer } from './ipc-buffer.js';
import { ColumnBuilder, type DirtySink } from './column-builder.js';

const ROWS_FIRST = 1024;
const ipcBuffer = new IpcBuffer();

/** The rows of one row group before they are encoded. Rows above `rows` are being written. */
export class RowGroupBuilder {
  readonly columns: readonly ColumnBuilder[];
  rows = 0;
  private rowCapacity = ROWS_FIRST;

  constructor(
    schema: DeliverySchema,
    private readonly arrow: Schema,
    sink: DirtySink,
  ) {
    this.columns = schema.map((column) => new ColumnBuilder(column, sink, ROWS_FIRST));
  }

  /** Makes room for one more row; call it before a row is written. */
  ensureRow(): void {
    if (this.rows < this.rowCapacity) return;
    this.rowCapacity *= 2;
    for (const column of this.columns) column.resize(this.rowCapacity);
  }

  rawBytes(): number {
    let bytes = 0;
    for (const column of this.columns) bytes += column.rawBytes(this.rows);
    return bytes;
  }

  capacityBytes(): number {
    let bytes = 0;
    for (const column of this.columns) bytes += column.capacityBytes();
    return bytes;
  }

  /**
   * The rows as one Arrow IPC stream, valid until the next call on any builder; the columns' buffers
   * are kept for the next row group.
   */
  takeIpc(): Uint8Array {
    const children = this.columns.map((column, index) => {
      const field = this.arrow.fields[index];
      if (field === undefined) throw new RangeError('schema and builders differ in columns');
      return arrowData(column, field.type as DataType, this.rows);
    });
    const type = new Struct(this.arrow.fields);
    const struct = makeData({ type, length: this.rows, nullCount: 0, children });
    const ipc = ipcBuffer.write(new RecordBatch(this.arrow, struct));
    this.rows = 0;
    for (const column of this.columns) column.restart();
    return ipc;
  }
}

/** Views of a builder's buffers. */
function arrowData(column: ColumnBuilder, type: DataType, rows: number): Data {
  const { nullBitmap, nullCount } = validity(column, rows);
  const options = { type, length: rows, nullCount, nullBitmap };
  switch (column.storage) {
    case 'bool':
      return makeData({ ...options, data: packBits(column.data, rows) } as never);
    case 'int32':
      return makeData({ ...options, data: column.ints.subarray(0, rows) } as never);
    case 'int64': {
      const data = new BigInt64Array(column.ints.buffer as ArrayBuffer, 0, rows);
      return makeData({ ...options, data } as never);
    }
    case 'int128': {
      const data = new Uint32Array(column.ints.buffer as ArrayBuffer, 0, rows * 4);
      return makeData({ ...options, data } as never);
    }
    case 'float32':
      return makeData({ ...options, data: column.singles.subarray(0, rows) } as never);
    case 'float64':
      return makeData({ ...options, data: column.floats.subarray(0, rows) } as never);
    case 'bytes': {
      const valueOffsets = column.ints.subarray(0, rows + 1);
      const data = column.data.subarray(0, valueOffsets[rows]);
      return makeData({ ...options, valueOffsets, data } as never);
    }
    case 'fixed12': {
      const data = new Uint8Array(column.ints.buffer as ArrayBuffer, 0, rows * 12);
      return makeData({ ...options, data } as never);
    }
    case 'list':
    case 'map': {
      const valueOffsets = column.ints.subarray(0, rows + 1);
      const child = elementData(column, type, valueOffsets[rows] as number);
      return makeData({ ...options, valueOffsets, child } as never);
    }
    default:
      return column.storage satisfies never;
  }
}

/** The elements of a list; the entries of a map, which are structs that are never null. */
function elementData(column: ColumnBuilder, type: DataType, length: number): Data {
  const [inner] = type.children as readonly Field[];
  if (inner === undefined) throw new RangeError('a nested type has no element');
  const fields = column.storage === 'map' ? (inner.type as Struct).children : [inner];
  const children = column.children.map((child, index) => {
    return arrowData(child, fields[index]?.type as DataType, length);
  });
  if (column.storage === 'list') return children[0] as Data;
  return makeData({ type: inner.type as Struct, length, nullCount: 0, children });
}

function validity(column: ColumnBuilder, rows: number) {
  if (!column.anyNull) return { nullBitmap: null, nullCount: 0 };
  let valid = 0;
  for (let row = 0; row < rows; row += 1) valid += column.valid[row] as number;
  if (valid === rows) return { nullBitmap: null, nullCount: 0 };
  return { nullBitmap: packBits(column.valid, rows), nullCount: rows - valid };
}

function packBits(bytes: Uint8Array, rows: number): Uint8Array {
  const bits = new Uint8Array(((rows + 63) >> 6) << 3);
  for (let row = 0; row < rows; row += 1) {
    bits[row >> 3] = (bits[row >> 3] as number) | ((bytes[row] as number) << (row & 7));
  }
  return bits;
}
