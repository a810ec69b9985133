import type { DeliveryColumn } from '@lakeferry/contracts';
import { columnStorage, elementColumns, isBase64, type ColumnStorage } from './columns.js';

const NO_BYTES = new Uint8Array(0);
const NO_INTS = new Int32Array(0);
const NO_FLOATS = new Float64Array(0);
const NO_SINGLES = new Float32Array(0);

const INTS_PER_ROW: Readonly<Record<ColumnStorage, number>> = {
  bool: 0,
  int32: 1,
  int64: 2,
  float32: 0,
  float64: 0,
  fixed12: 3,
  int128: 4,
  bytes: 1,
  list: 1,
  map: 1,
};

/** Where values that do not fit are told while a row is read. */
export interface DirtySink {
  report(column: DeliveryColumn, reason: string, value: string): void;
}

/**
 * The values of one column of one row group, kept as Arrow lays them out. Values are written at the
 * index of a row that is not counted yet; a row that is read again simply overwrites them. One class
 * for all types, so that the code that fills it meets one shape only.
 */
export class ColumnBuilder {
  readonly storage: ColumnStorage;
  private readonly hasOffsets: boolean;
  readonly base64: boolean;
  readonly scale: number;
  readonly precision: number;
  /** Micros per stored unit of a time. */
  readonly microsPerUnit: number;
  /** 1 per row that holds a value. */
  valid: Uint8Array;
  /**
   * `int32`, `int64` (low, high), `int128` (four limbs, lowest first), `fixed12` (three words);
   * `bytes`, `list`, `map`: the rows + 1 offsets.
   */
  ints: Int32Array = NO_INTS;
  floats: Float64Array = NO_FLOATS;
  singles: Float32Array = NO_SINGLES;
  /** `bytes`: the values; `bool`: 0 or 1 per row. */
  data: Uint8Array = NO_BYTES;
  /** `list`: its elements; `map`: its keys and its values. Their rows are numbered by the offsets. */
  readonly children: readonly ColumnBuilder[];
  anyNull = false;

  constructor(
    readonly column: DeliveryColumn,
    readonly sink: DirtySink,
    rowCapacity: number,
  ) {
    this.storage = columnStorage(column.type);
    this.hasOffsets = ['bytes', 'list', 'map'].includes(this.storage);
    this.base64 = isBase64(column.sourceType);
    this.scale = column.scale ?? 0;
    this.precision = column.precision ?? 38;
    this.microsPerUnit = /_MILLIS$/.test(column.type) ? 1000 : 1;
    this.children = elementColumns(column).map((child) => {
      return new ColumnBuilder(child, sink, rowCapacity);
    });
    this.valid = new Uint8Array(rowCapacity);
    this.resize(rowCapacity);
  }

  /** Makes room for one more row of a child. */
  ensureRow(row: number): void {
    if (row >= this.valid.length) this.resize(this.valid.length * 2);
  }

  /** Nothing is null in rows that are not written yet. */
  restart(): void {
    this.anyNull = false;
    for (const child of this.children) child.restart();
  }

  /** Makes room for that many rows, keeping what is there. */
  resize(rowCapacity: number): void {
    const valid = new Uint8Array(rowCapacity);
    valid.set(this.valid.subarray(0, rowCapacity));
    this.valid = valid;
    switch (this.storage) {
      case 'bool': {
        this.data = grownBytes(this.data, rowCapacity);
        return;
      }
      case 'float32': {
        const singles = new Float32Array(rowCapacity);
        singles.set(this.singles);
        this.singles = singles;
        return;
      }
      case 'float64': {
        const floats = new Float64Array(rowCapacity);
        floats.set(this.floats);
        this.floats = floats;
        return;
      }
      case 'int32':
      case 'int64':
      case 'fixed12':
      case 'int128':
      case 'bytes':
      case 'list':
      case 'map': {
        const extra = this.hasOffsets ? 1 : 0;
        const ints = new Int32Array(rowCapacity * INTS_PER_ROW[this.storage] + extra);
        ints.set(this.ints);
        this.ints = ints;
        return;
      }
      default:
        this.storage satisfies never;
    }
  }

  /** A larger `data` with at least `bytes` bytes, holding what the present one holds. */
  growData(bytes: number): Uint8Array {
    this.data = grownBytes(this.data, Math.max(bytes, this.data.length * 2, 256));
    return this.data;
  }

  setNull(row: number): void {
    this.valid[row] = 0;
    this.anyNull = true;
    if (this.hasOffsets) this.ints[row + 1] = this.ints[row] as number;
  }

  /** Bytes that `rows` rows take in Arrow's layout. */
  rawBytes(rows: number): number {
    switch (this.storage) {
      case 'bool':
        return (rows + 7) >> 3;
      case 'int32':
      case 'float32':
        return rows * 4;
      case 'int64':
      case 'float64':
        return rows * 8;
      case 'fixed12':
        return rows * 12;
      case 'int128':
        return rows * 16;
      case 'bytes':
        return rows * 4 + (this.ints[rows] as number);
      case 'list':
      case 'map': {
        const inner = this.ints[rows] as number;
        return this.children.reduce((sum, child) => sum + child.rawBytes(inner), rows * 4);
      }
      default:
        return this.storage satisfies never;
    }
  }

  capacityBytes(): number {
    return (
      this.valid.byteLength +
      this.ints.byteLength +
      this.floats.byteLength +
      this.singles.byteLength +
      this.data.byteLength +
      this.children.reduce((sum, child) => sum + child.capacityBytes(), 0)
    );
  }
}

function grownBytes(bytes: Uint8Array, length: number): Uint8Array {
  const grown = new Uint8Array(length);
  grown.set(bytes);
  return grown;
}
