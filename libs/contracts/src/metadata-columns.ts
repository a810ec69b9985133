import type { DeliveryColumn, DeliveryType } from './delivery-schema.js';

/**
 * Columns of the objects that tell of a change rather than of the row: its operation (`r`, `c`, `u`,
 * `d`), the time and the position of its commit. A task asks for them by these names.
 */
export const METADATA_COLUMNS = ['$op', '$commitTime', '$lsn'] as const;
export type MetadataColumn = (typeof METADATA_COLUMNS)[number];

/** Delivery types that each can take; the first is what a task gets that names none. */
export const METADATA_TYPES = {
  $op: ['UTF8'],
  $commitTime: ['TIMESTAMP_MICROS', 'TIMESTAMP_MILLIS', 'INT64', 'UTF8'],
  $lsn: ['UTF8', 'INT64', 'DECIMAL'],
} as const satisfies Readonly<Record<MetadataColumn, readonly DeliveryType[]>>;

/** Digits of an LSN as a DECIMAL: all of 64 bits without sign. */
export const LSN_DIGITS = { precision: 20, scale: 0 } as const;

/** The metadata column of that name, or null where there is none. */
export function metadataNamed(columnName: string): MetadataColumn | null {
  return METADATA_COLUMNS.find((name) => name === columnName) ?? null;
}

/**
 * What a column of a resolved schema tells of the change; null where it holds values of the source.
 * Its source type is its own name, which no column of a table has.
 */
export function metadataOf(
  column: Pick<DeliveryColumn, 'columnName' | 'sourceType'>,
): MetadataColumn | null {
  return column.sourceType === column.columnName ? metadataNamed(column.columnName) : null;
}
