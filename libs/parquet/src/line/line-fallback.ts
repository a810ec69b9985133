import { metadataOf, mutation, type DeliverySchema, type Mutation } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ColumnBuilder } from '../column-builder.js';
import { writeDirty, writeValue } from '../values/decode-value.js';
import { RowPosition } from './row-position.js';

/** A line read by a JSON parser: for every line that deviates from the layout that the scanner expects. */
export function parseLine(text: string): Mutation {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DeliveryError('CONTRACT_VIOLATION', 'a line of a record is no JSON');
  }
  const parsed = mutation.safeParse(json);
  if (!parsed.success) {
    throw new DeliveryError('CONTRACT_VIOLATION', 'a line of a record is no mutation', {
      context: { field: parsed.error.issues[0]?.path.join('.') ?? '' },
    });
  }
  return parsed.data;
}

/** The identity of a parsed mutation. */
export function positionOf(line: Mutation): RowPosition {
  if (line.op === 'r' && line.page !== undefined) return RowPosition.fromJson(line.page);
  if (line.op !== 'r' && line.change !== undefined) {
    return RowPosition.fromJson([line.lsn, ...line.change]);
  }
  throw new DeliveryError('CONTRACT_VIOLATION', 'a mutation lacks its identity', {
    context: { op: line.op },
  });
}

/**
 * Writes the values of a parsed row at `row`, all but metadata columns; a column that is missing is
 * null. The bytes of a line that is not `wellFormed` UTF-8 were replaced as it was decoded: texts with
 * a replacement are dirty.
 */
export function writeRow(
  schema: DeliverySchema,
  builders: readonly ColumnBuilder[],
  line: { readonly values: Readonly<Record<string, unknown>>; readonly wellFormed: boolean },
  row: number,
): void {
  schema.forEach((column, index) => {
    if (metadataOf(column) !== null) return;
    const builder = builders[index];
    if (builder === undefined) throw new RangeError('schema and builders differ in columns');
    const value = line.values[column.columnName];
    const replaced = !line.wellFormed && typeof value === 'string' && value.includes('\ufffd');
    if (replaced) writeDirty(builder, 'is not valid UTF-8', value, row);
    else writeValue(builder, value, row);
  });
}
