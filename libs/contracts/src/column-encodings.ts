import type {
  ColumnElement,
  ColumnEncoding,
  DeliveryColumn,
  DeliverySchema,
  DeliveryType,
} from './delivery-schema.js';
import { validDigits } from './type-extend.js';

/** How Parquet stores a type. */
export type PhysicalType =
  | 'BOOLEAN'
  | 'INT32'
  | 'INT64'
  | 'INT96'
  | 'FLOAT'
  | 'DOUBLE'
  | 'BYTE_ARRAY'
  | 'FIXED_LEN_BYTE_ARRAY';

const PLAIN = ['PLAIN', 'PLAIN_DICTIONARY'] as const;
const INTEGER = [...PLAIN, 'DELTA_BINARY_PACKED'] as const;

/** The encodings that Parquet defines, of those that can be asked for. */
const ENCODINGS: Readonly<Record<PhysicalType, readonly ColumnEncoding[]>> = {
  BOOLEAN: ['PLAIN'],
  INT32: INTEGER,
  INT64: INTEGER,
  INT96: PLAIN,
  FLOAT: PLAIN,
  DOUBLE: PLAIN,
  BYTE_ARRAY: [...PLAIN, 'DELTA_BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY'],
  FIXED_LEN_BYTE_ARRAY: [...PLAIN, 'DELTA_BYTE_ARRAY'],
};

const PHYSICAL_TYPES: Readonly<
  Record<Exclude<DeliveryType, 'DECIMAL' | 'LIST' | 'MAP'>, PhysicalType>
> = {
  BOOL: 'BOOLEAN',
  INT32: 'INT32',
  INT64: 'INT64',
  INT96: 'INT96',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  UTF8: 'BYTE_ARRAY',
  BINARY: 'BYTE_ARRAY',
  DATE: 'INT32',
  TIME_MILLIS: 'INT32',
  TIME_MICROS: 'INT64',
  TIMESTAMP_MILLIS: 'INT64',
  TIMESTAMP_MICROS: 'INT64',
  INTERVAL: 'FIXED_LEN_BYTE_ARRAY',
};

type Leaf = Pick<DeliveryColumn, 'type' | 'precision' | 'elements'>;

/** The physical types of a column's leaves: one, but for a MAP. */
export function physicalTypes({ type, precision = 38, elements = [] }: Leaf): PhysicalType[] {
  if (type === 'LIST' || type === 'MAP') return elements.flatMap(physicalTypes);
  if (type !== 'DECIMAL') return [PHYSICAL_TYPES[type]];
  return [precision <= 9 ? 'INT32' : precision <= 18 ? 'INT64' : 'FIXED_LEN_BYTE_ARRAY'];
}

/** The encodings that every leaf of the column can have. */
export function encodingsOf(column: Leaf): readonly ColumnEncoding[] {
  const [first = [], ...rest] = physicalTypes(column).map((physical) => ENCODINGS[physical]);
  return first.filter((encoding) => rest.every((other) => other.includes(encoding)));
}

/** What makes a column impossible to encode, or null. */
export function columnTypeProblem(column: DeliveryColumn): string | null {
  const { type, encode, elements } = column;
  if (type === 'DECIMAL') {
    const problem = digitsProblem(column);
    if (problem !== null) return problem;
  }
  const nested = elementsProblem(type, elements ?? []);
  if (nested !== null) return nested;
  const encodings = encodingsOf(column);
  if (encodings.includes(encode)) return null;
  return `${describe(column)} can be encoded as ${encodings.join(', ')}, not as ${encode}`;
}

function elementsProblem(type: DeliveryType, elements: readonly ColumnElement[]): string | null {
  if (type === 'LIST' && elements.length !== 1) return 'LIST needs the type of its elements';
  if (type === 'MAP' && elements.length !== 2) return 'MAP needs the types of its keys and values';
  if (type !== 'LIST' && type !== 'MAP' && elements.length > 0) return `${type} has no elements`;
  const decimals = elements.filter((element) => element.type === 'DECIMAL');
  return decimals.map(digitsProblem).find((problem) => problem !== null) ?? null;
}

function digitsProblem({ precision, scale }: Pick<ColumnElement, 'precision' | 'scale'>) {
  if (precision === undefined || scale === undefined) return 'DECIMAL needs precision and scale';
  return validDigits(precision, scale) === null
    ? `a DECIMAL can't have ${precision} digits, ${scale} of them behind the point`
    : null;
}

function describe({ type, elements }: DeliveryColumn): string {
  if (elements === undefined) return type;
  return `${type} of ${elements.map((element) => element.type).join(' and ')}`;
}

/**
 * The first LIST or MAP whose encoding differs from that of one before it, or null: the encoder takes
 * one encoding for everything that lies inside of columns.
 */
export function nestedEncodingConflict(
  schema: DeliverySchema,
): { readonly column: DeliveryColumn; readonly other: DeliveryColumn } | null {
  const [other, ...rest] = schema.filter(({ elements }) => elements !== undefined);
  const column = rest.find(({ encode }) => encode !== other?.encode);
  return column === undefined || other === undefined ? null : { column, other };
}
