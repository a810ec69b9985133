import { isUtf8 } from 'node:buffer';
import { metadataOf, mutation, type DeliverySchema, type Mutation } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ColumnBuilder } from '../column-builder.js';
import { writeValue } from '../values/decode-value.js';
import { RowPosition } from './row-position.js';

const REPLACEMENT = Buffer.from('\ufffd');
/** Half a character: no UTF-8 reads as it, so it marks bytes that are none. */
const ILL_FORMED = '\ud800';

/** Text of a line; bytes that are not UTF-8 become half a character, where a decoder would hide them. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const parts: string[] = [];
  for (let from = 0; ;) {
    const at = bytes.indexOf(REPLACEMENT, from);
    const part = bytes.subarray(from, at < 0 ? bytes.length : at).toString('utf8');
    parts.push(part.replaceAll('\ufffd', ILL_FORMED));
    if (at < 0) return parts.join('\ufffd');
    from = at + REPLACEMENT.length;
  }
}

/** A line read by a JSON parser: for every line that deviates from the layout that the scanner expects. */
export function parseLine(bytes: Buffer): Mutation {
  let json: unknown;
  try {
    json = JSON.parse(textOf(bytes));
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

/** Writes the values of a parsed row at `row`, all but metadata columns; a column that is missing is null. */
export function writeRow(
  schema: DeliverySchema,
  builders: readonly ColumnBuilder[],
  values: Readonly<Record<string, unknown>>,
  row: number,
): void {
  schema.forEach((column, index) => {
    if (metadataOf(column) !== null) return;
    const builder = builders[index];
    if (builder === undefined) throw new RangeError('schema and builders differ in columns');
    writeValue(builder, values[column.columnName], row);
  });
}
