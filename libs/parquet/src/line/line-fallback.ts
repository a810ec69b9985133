import { isUtf8 } from 'node:buffer';
import {
  metadataOf,
  mutation,
  type DeliveryColumn,
  type DeliverySchema,
  type Mutation,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ColumnBuilder } from '../column-builder.js';
import { isBase64 } from '../columns.js';
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

/** A row as a JSON parser reads it, and the line that it stands in. */
export interface ParsedRow {
  readonly values: Readonly<Record<string, unknown>>;
  readonly line: Buffer;
  /** Where in the line the row stands. */
  readonly field: 'row' | 'key';
}

/** Writes the values of a parsed row at `row`, all but metadata columns; a column that is missing is null. */
export function writeRow(
  schema: DeliverySchema,
  builders: readonly ColumnBuilder[],
  parsed: ParsedRow,
  row: number,
): void {
  let written: Readonly<Record<string, unknown>> | undefined;
  schema.forEach((column, index) => {
    if (metadataOf(column) !== null) return;
    const builder = builders[index];
    if (builder === undefined) throw new RangeError('schema and builders differ in columns');
    let value = parsed.values[column.columnName];
    if (typeof value === 'number' && holdsText(column)) {
      written ??= numbersAsWritten(parsed);
      value = written[column.columnName];
    }
    writeValue(builder, value, row);
  });
}

function holdsText({ type, sourceType }: DeliveryColumn): boolean {
  return type === 'UTF8' || (type === 'BINARY' && !isBase64(sourceType));
}

/** The row with every number as the text that stands in the line: `-0` and `1e+20` are lost on a parser. */
function numbersAsWritten({ line, field, values }: ParsedRow): Readonly<Record<string, unknown>> {
  const asWritten = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? (context?.source ?? value) : value;
  const json = JSON.parse(textOf(line), asWritten) as Partial<Record<string, typeof values>>;
  return json[field] ?? values;
}
