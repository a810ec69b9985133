import type { ColumnBuilder } from '../column-builder.js';
import { readArray } from './array-text.js';
import { readHstore, readJsonObject, type MapValue } from './map-text.js';

/** Writes a value that is not null; returns why it does not fit, or null. */
export type WriteTyped = (c: ColumnBuilder, value: unknown, row: number) => string | null;

const COMMA = 44;
const SEMICOLON = 59;
const BYTES_HEX = /^\\x((?:[0-9a-f]{2})*)$/;

/** Writes an array as PostgreSQL writes it. One element that does not fit makes the whole list dirty. */
export function writeList(
  c: ColumnBuilder,
  value: unknown,
  row: number,
  write: WriteTyped,
): string | null {
  const [child] = c.children;
  if (typeof value !== 'string' || child === undefined) return 'is not an array';
  let inner = c.ints[row] as number;
  // The only type whose elements are not delimited by commas.
  const delimiter = child.column.sourceType === 'box' ? SEMICOLON : COMMA;
  const isBytes = child.column.type === 'BINARY' && child.base64;
  const reason = readArray(value, delimiter, (element) => {
    const wire = isBytes && element !== null ? base64Of(element) : element;
    if (wire === undefined) return 'is not bytes in hexadecimal';
    const problem = writeElement(child, wire, inner, write);
    inner += 1;
    return problem;
  });
  if (reason === null) c.ints[row + 1] = inner;
  return reason;
}

/** Bytes inside of an array are in hexadecimal. */
function base64Of(element: string): string | undefined {
  const match = BYTES_HEX.exec(element);
  return match === null ? undefined : Buffer.from(match[1] ?? '', 'hex').toString('base64');
}

/** Writes the entries of an hstore or of a JSON object of scalars. */
export function writeMap(
  c: ColumnBuilder,
  value: unknown,
  row: number,
  write: WriteTyped,
): string | null {
  const [keys, values] = c.children;
  if (typeof value !== 'string' || keys === undefined || values === undefined) {
    return 'is not an object';
  }
  const reading = c.column.sourceType === 'hstore' ? readHstore(value) : readJsonObject(value);
  if ('reason' in reading) return reading.reason;
  let inner = c.ints[row] as number;
  for (const [key, entry] of reading.entries) {
    const problem =
      writeElement(keys, key, inner, write) ?? writeElement(values, entry, inner, write);
    if (problem !== null) return `entry ${JSON.stringify(key.slice(0, 100))} ${problem}`;
    inner += 1;
  }
  c.ints[row + 1] = inner;
  return null;
}

function writeElement(
  child: ColumnBuilder,
  value: MapValue,
  inner: number,
  write: WriteTyped,
): string | null {
  child.ensureRow(inner);
  if (value === null) {
    child.setNull(inner);
    return null;
  }
  child.valid[inner] = 1;
  return write(child, value, inner);
}
