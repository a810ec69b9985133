import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeBinary,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  Schema,
  Struct,
  TimeMicrosecond,
  TimeMillisecond,
  TimeUnit,
  Timestamp,
  Utf8,
} from 'apache-arrow';
import {
  elementSourceOf,
  type DeliveryColumn,
  type DeliverySchema,
  type DeliveryType,
} from '@lakeferry/contracts';

export { columnTypeProblem } from '@lakeferry/contracts';

/** How a builder keeps the values of a column until they are encoded. */
export type ColumnStorage =
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'fixed12'
  | 'int128'
  | 'bytes'
  | 'list'
  | 'map';

interface ColumnType {
  readonly storage: ColumnStorage;
  readonly arrow: (column: DeliveryColumn) => DataType;
}

/** One row per delivery type: adding a type means a row here, a fast path and a slow path of its values. */
const COLUMN_TYPES: Readonly<Record<DeliveryType, ColumnType>> = {
  BOOL: { storage: 'bool', arrow: () => new Bool() },
  INT32: { storage: 'int32', arrow: () => new Int32() },
  INT64: { storage: 'int64', arrow: () => new Int64() },
  FLOAT: { storage: 'float32', arrow: () => new Float32() },
  DOUBLE: { storage: 'float64', arrow: () => new Float64() },
  UTF8: { storage: 'bytes', arrow: () => new Utf8() },
  BINARY: { storage: 'bytes', arrow: () => new Binary() },
  DATE: { storage: 'int32', arrow: () => new DateDay() },
  TIME_MILLIS: { storage: 'int32', arrow: () => new TimeMillisecond() },
  TIME_MICROS: { storage: 'int64', arrow: () => new TimeMicrosecond() },
  TIMESTAMP_MILLIS: {
    storage: 'int64',
    arrow: (column) => new Timestamp(TimeUnit.MILLISECOND, zoneOf(column)),
  },
  TIMESTAMP_MICROS: {
    storage: 'int64',
    arrow: (column) => new Timestamp(TimeUnit.MICROSECOND, zoneOf(column)),
  },
  DECIMAL: {
    storage: 'int128',
    arrow: (column) => new Decimal(column.scale ?? 0, column.precision ?? 38, 128),
  },
  // Arrow has no such types that an encoder writes: the footer names them (`amend-footer.ts`).
  INTERVAL: { storage: 'fixed12', arrow: () => new FixedSizeBinary(12) },
  INT96: { storage: 'fixed12', arrow: () => new FixedSizeBinary(12) },
  LIST: { storage: 'list', arrow: listOf },
  MAP: { storage: 'map', arrow: mapOf },
};

export function columnStorage(type: DeliveryType): ColumnStorage {
  return COLUMN_TYPES[type].storage;
}

/** What lies inside of a column, as columns: the element of a LIST, key and value of a MAP. */
export function elementColumns(column: DeliveryColumn): DeliveryColumn[] {
  const { columnName, ossColumnName, encode } = column;
  const sourceType = (column.type === 'LIST' && elementSourceOf(column.sourceType)) || 'text';
  return (column.elements ?? []).map((element) => {
    return { columnName, ossColumnName, encode, sourceType, ...element };
  });
}

function arrowType(column: DeliveryColumn): DataType {
  return COLUMN_TYPES[column.type].arrow(column);
}

/** Groups are named as the format's specification names them. */
function listOf(column: DeliveryColumn): DataType {
  const [element = new Utf8()] = elementColumns(column).map(arrowType);
  return new List(new Field('element', element, true));
}

function mapOf(column: DeliveryColumn): DataType {
  const [key = new Utf8(), value = new Utf8()] = elementColumns(column).map(arrowType);
  const entry = new Struct<{ key: DataType; value: DataType }>([
    new Field('key', key, false),
    new Field('value', value, true),
  ]);
  const entries = new Field('key_value', entry, false);
  const map = new Map_(entries, false);
  // The constructor of the type gives names of its own.
  Object.assign(entries, { name: 'key_value' });
  return map;
}

/** Instants are UTC; a source type without a time zone stays local (`isAdjustedToUTC = false`). */
function zoneOf(column: DeliveryColumn): string | null {
  return isZoneless(column.sourceType) ? null : 'UTC';
}

/** Whether values of the source type are wall-clock readings rather than instants. */
export function isZoneless(sourceType: string): boolean {
  return /^(date|timestamp(\(\d\))?( without time zone)?)$/.test(sourceType);
}

/** Whether values of the source type travel as base64. */
export function isBase64(sourceType: string): boolean {
  return sourceType === 'bytea' || sourceType === 'blob' || sourceType === 'binary';
}

/** The Arrow schema of the files; every column may be null. */
export function arrowSchema(schema: DeliverySchema): Schema {
  return new Schema(
    schema.map((column) => new Field(column.ossColumnName, arrowType(column), true)),
  );
}
