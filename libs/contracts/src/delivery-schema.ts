import { z } from 'zod';
import { metadataOf } from './metadata-columns.js';

/** Column types of the delivery, by the names of the Tablestore delivery API; BINARY is our own. */
export const deliveryType = z.enum([
  'BOOL',
  'INT64',
  'UTF8',
  'DOUBLE',
  'DATE',
  'DECIMAL',
  'TIMESTAMP_MILLIS',
  'TIMESTAMP_MICROS',
  'FLOAT',
  'INT32',
  'BINARY',
  'TIME_MILLIS',
  'TIME_MICROS',
  'INTERVAL',
  'LIST',
  'MAP',
  'INT96',
]);
export type DeliveryType = z.infer<typeof deliveryType>;

/** Types that an element of a LIST, a key or a value of a MAP can have. */
export const elementType = deliveryType.exclude(['INTERVAL', 'LIST', 'MAP', 'INT96']);
export type ElementType = z.infer<typeof elementType>;

/** What a LIST or a MAP holds. */
export const columnElement = z.object({
  type: elementType,
  /** Digits of a DECIMAL, all and behind the point. */
  precision: z.number().int().min(1).max(38).optional(),
  scale: z.number().int().min(0).max(38).optional(),
});
export type ColumnElement = z.infer<typeof columnElement>;

export const columnEncoding = z.enum([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'DELTA_BINARY_PACKED',
  'DELTA_BYTE_ARRAY',
  'DELTA_LENGTH_BYTE_ARRAY',
]);
export type ColumnEncoding = z.infer<typeof columnEncoding>;

/** One column of the objects, resolved against the table. */
export const deliveryColumn = z.object({
  /** Name in the source table. */
  columnName: z.string(),
  /** Name in the Parquet file. */
  ossColumnName: z.string(),
  type: deliveryType,
  encode: columnEncoding,
  /** The source's type name (`int8`, `timestamptz`, `numeric` …). */
  sourceType: z.string(),
  /** Digits of a DECIMAL, all and behind the point. */
  precision: z.number().int().min(1).max(38).optional(),
  scale: z.number().int().min(0).max(38).optional(),
  /** LIST: its element; MAP: its key and its value. */
  elements: z.array(columnElement).min(1).max(2).optional(),
});
export type DeliveryColumn = z.infer<typeof deliveryColumn>;

/** Columns in the order in which they stand in the objects. */
export const deliverySchema = z.array(deliveryColumn).min(1);
export type DeliverySchema = z.infer<typeof deliverySchema>;

/**
 * The source columns that a task reads, in the order in which `row` holds them: those of the schema,
 * each once, then the event-time column if the schema lacks it. Metadata columns are not of the source.
 */
export function sourceColumnsOf(schema: DeliverySchema, eventTimeColumn?: string): string[] {
  const read = schema.filter((column) => metadataOf(column) === null);
  const names = new Set(read.map((column) => column.columnName));
  if (eventTimeColumn !== undefined) names.add(eventTimeColumn);
  return [...names];
}
