import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  Schema,
  TimeUnit,
  Timestamp,
  Utf8,
} from 'apache-arrow';
import type {
  ColumnEncoding,
  DeliveryColumn,
  DeliverySchema,
  DeliveryType,
} from '@lakeferry/contracts';

/** How a builder keeps the values of a column until they are encoded. */
export type ColumnStorage = 'bool' | 'int32' | 'int64' | 'float32' | 'float64' | 'int128' | 'bytes';

interface ColumnType {
  readonly storage: ColumnStorage;
  /** Encodings that Parquet defines for the physical type. */
  readonly encodings: readonly ColumnEncoding[];
  readonly arrow: (column: DeliveryColumn) => DataType;
}

const PLAIN = ['PLAIN', 'PLAIN_DICTIONARY'] as const;
const INTEGER = [...PLAIN, 'DELTA_BINARY_PACKED'] as const;
const BYTES = [...PLAIN, 'DELTA_BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY'] as const;

/** One row per delivery type: adding a type means a row here, a fast path and a slow path of its values. */
const COLUMN_TYPES: Readonly<Record<DeliveryType, ColumnType>> = {
  BOOL: { storage: 'bool', encodings: ['PLAIN'], arrow: () => new Bool() },
  INT32: { storage: 'int32', encodings: INTEGER, arrow: () => new Int32() },
  INT64: { storage: 'int64', encodings: INTEGER, arrow: () => new Int64() },
  FLOAT: { storage: 'float32', encodings: PLAIN, arrow: () => new Float32() },
  DOUBLE: { storage: 'float64', encodings: PLAIN, arrow: () => new Float64() },
  UTF8: { storage: 'bytes', encodings: BYTES, arrow: () => new Utf8() },
  BINARY: { storage: 'bytes', encodings: BYTES, arrow: () => new Binary() },
  DATE: { storage: 'int32', encodings: INTEGER, arrow: () => new DateDay() },
  TIMESTAMP_MILLIS: {
    storage: 'int64',
    encodings: INTEGER,
    arrow: (column) => new Timestamp(TimeUnit.MILLISECOND, zoneOf(column)),
  },
  TIMESTAMP_MICROS: {
    storage: 'int64',
    encodings: INTEGER,
    arrow: (column) => new Timestamp(TimeUnit.MICROSECOND, zoneOf(column)),
  },
  DECIMAL: {
    storage: 'int128',
    encodings: PLAIN,
    arrow: (column) => new Decimal(column.scale ?? 0, column.precision ?? 38, 128),
  },
};

export function columnStorage(type: DeliveryType): ColumnStorage {
  return COLUMN_TYPES[type].storage;
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

/** What makes a column impossible to encode, or null. */
export function columnTypeProblem(column: DeliveryColumn): string | null {
  const { type, encode, precision, scale } = column;
  if (type === 'DECIMAL') {
    if (precision === undefined || scale === undefined) return 'DECIMAL needs precision and scale';
    if (precision < 1 || precision > 38) return 'precision must be 1 to 38';
    if (scale < 0 || scale > precision) return 'scale must be 0 to the precision';
  }
  const { encodings } = COLUMN_TYPES[type];
  if (encodings.includes(encode)) return null;
  return `${type} can be encoded as ${encodings.join(', ')}, not as ${encode}`;
}

/** The Arrow schema of the files; every column may be null. */
export function arrowSchema(schema: DeliverySchema): Schema {
  return new Schema(
    schema.map((column) => {
      return new Field(column.ossColumnName, COLUMN_TYPES[column.type].arrow(column), true);
    }),
  );
}
