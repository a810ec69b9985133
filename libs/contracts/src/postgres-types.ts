import type { DeliveryType } from './delivery-schema.js';

interface TypeMapping {
  /** What "Auto Generate" chooses. */
  readonly preferred: DeliveryType;
  /** Everything a user may ask for; the first entry is the preferred one. */
  readonly possible: readonly DeliveryType[];
}

const text: TypeMapping = { preferred: 'UTF8', possible: ['UTF8'] };

/**
 * PostgreSQL type name → delivery types. A type that can hold only some of the values is possible
 * (what does not fit is dirty); one that can hold none is refused when the task is created.
 */
const MAPPINGS: Readonly<Record<string, TypeMapping>> = {
  bool: { preferred: 'BOOL', possible: ['BOOL', 'UTF8'] },
  int2: { preferred: 'INT64', possible: ['INT64', 'INT32', 'DOUBLE', 'UTF8'] },
  int4: { preferred: 'INT64', possible: ['INT64', 'INT32', 'DOUBLE', 'UTF8'] },
  int8: { preferred: 'INT64', possible: ['INT64', 'INT32', 'UTF8'] },
  oid: { preferred: 'INT64', possible: ['INT64', 'UTF8'] },
  float4: { preferred: 'DOUBLE', possible: ['DOUBLE', 'FLOAT', 'UTF8'] },
  float8: { preferred: 'DOUBLE', possible: ['DOUBLE', 'UTF8'] },
  numeric: { preferred: 'DECIMAL', possible: ['DECIMAL', 'DOUBLE', 'UTF8'] },
  date: { preferred: 'DATE', possible: ['DATE', 'UTF8'] },
  timestamp: {
    preferred: 'TIMESTAMP_MICROS',
    possible: ['TIMESTAMP_MICROS', 'TIMESTAMP_MILLIS', 'UTF8'],
  },
  timestamptz: {
    preferred: 'TIMESTAMP_MICROS',
    possible: ['TIMESTAMP_MICROS', 'TIMESTAMP_MILLIS', 'UTF8'],
  },
  bytea: { preferred: 'BINARY', possible: ['BINARY'] },
};

/** Every type without an entry of its own is delivered as PostgreSQL's text. */
export function deliveryTypesOf(sourceType: string): TypeMapping {
  return MAPPINGS[sourceType] ?? text;
}
