import type { ColumnBuilder } from '../column-builder.js';
import { writeList, writeMap } from './decode-nested.js';
import { readInterval } from './interval-text.js';
import { readClock, readDate, readTimestamp } from './time-text.js';
import {
  INT64_MAX,
  INT64_MIN,
  setInt96,
  writeInt128,
  writeInt64,
  writeSafeInt64,
} from './wide-integer.js';

/** Largest part of a value that is reported. */
const VALUE_BYTES_MAX = 1024;
/** Half a character, or bytes that are none: no UTF-8 says it. */
export const NOT_UTF8 = 'is not valid UTF-8';
const encoder = new TextEncoder();

/**
 * Writes one parsed JSON value at `row`: the reference for what a value means in a column. The byte
 * scanners do the same for the common forms only. A value that does not fit becomes null and is reported.
 */
export function writeValue(c: ColumnBuilder, value: unknown, row: number): void {
  if (value === null || value === undefined) {
    c.setNull(row);
    return;
  }
  c.valid[row] = 1;
  const readable = typeof value !== 'string' || value.isWellFormed();
  const reason = readable ? writeTyped(c, value, row) : NOT_UTF8;
  if (reason === null) return;
  writeDirty(c, reason, value, row);
}

/** Writes null for a value that does not fit, and reports it. */
export function writeDirty(c: ColumnBuilder, reason: string, value: unknown, row: number): void {
  c.setNull(row);
  c.sink.report(c.column, reason, shortText(value));
}

/** The reason why the value does not fit, or null when it is written. */
function writeTyped(c: ColumnBuilder, value: unknown, row: number): string | null {
  switch (c.column.type) {
    case 'BOOL':
      return writeBool(c, value, row);
    case 'INT32':
      return writeInt32(c, value, row);
    case 'INT64':
      return writeLong(c, value, row);
    case 'FLOAT':
    case 'DOUBLE':
      return writeFloat(c, value, row);
    case 'DECIMAL':
      return writeDecimal(c, value, row);
    case 'DATE':
      return writeDate(c, value, row);
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
      return writeTimestamp(c, value, row);
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
      return writeClock(c, value, row);
    case 'INTERVAL':
      return writeInterval(c, value, row);
    case 'INT96':
      return writeInt96(c, value, row);
    case 'LIST':
      return writeList(c, value, row, writeTyped);
    case 'MAP':
      return writeMap(c, value, row, writeTyped);
    case 'UTF8':
      return writeText(c, value, row);
    case 'BINARY':
      return writeBinary(c, value, row);
    default:
      return c.column.type satisfies never;
  }
}

function writeBool(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (value === true || value === 't' || value === 'true') c.data[row] = 1;
  else if (value === false || value === 'f' || value === 'false') c.data[row] = 0;
  else return 'is not a boolean';
  return null;
}

function integerOf(value: unknown): bigint | string {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return 'is not an integer';
    return Number.isSafeInteger(value) ? BigInt(value) : 'is an integer written inexactly';
  }
  if (typeof value !== 'string' || !/^-?\d{1,40}$/.test(value)) return 'is not an integer';
  return BigInt(value);
}

function writeInt32(c: ColumnBuilder, value: unknown, row: number): string | null {
  const integer = integerOf(value);
  if (typeof integer === 'string') return integer;
  if (integer > 0x7fffffffn || integer < -0x80000000n) return 'is out of the range of INT32';
  c.ints[row] = Number(integer);
  return null;
}

const SHORT_INTEGER = /^-?\d{1,15}$/;

function writeLong(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value === 'string' && SHORT_INTEGER.test(value)) {
    writeSafeInt64(c.ints, row * 2, Number(value));
    return null;
  }
  const integer = integerOf(value);
  if (typeof integer === 'string') return integer;
  if (integer > INT64_MAX || integer < INT64_MIN) return 'is out of the range of INT64';
  writeInt64(c.ints, row * 2, integer);
  return null;
}

const FLOAT_WORDS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function writeFloat(c: ColumnBuilder, value: unknown, row: number): string | null {
  let float: number;
  if (typeof value === 'number') {
    float = value;
  } else if (typeof value === 'string') {
    const word = FLOAT_WORDS.get(value);
    if (word === undefined && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) {
      return 'is not a number';
    }
    float = word ?? Number(value);
    if (word === undefined && !Number.isFinite(float)) return 'is out of the range of DOUBLE';
  } else {
    return 'is not a number';
  }
  if (c.storage === 'float64') {
    c.floats[row] = float;
    return null;
  }
  if (Number.isFinite(float) && !Number.isFinite(Math.fround(float))) {
    return 'is out of the range of FLOAT';
  }
  c.singles[row] = float;
  return null;
}

const DECIMAL = /^(-?)(\d{1,400})(?:\.(\d{0,400}))?(?:[eE]([+-]?\d{1,3}))?$/;

function writeDecimal(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return 'is not a decimal';
  const match = DECIMAL.exec(String(value));
  if (match === null) return 'is not a decimal that a file can hold';
  const fraction = match[3] ?? '';
  let digits = `${match[2]}${fraction}`;
  const shift = c.scale - fraction.length + Number(match[4] ?? 0);
  if (shift >= 0) {
    digits += '0'.repeat(shift);
  } else {
    const kept = Math.max(0, digits.length + shift);
    if (/[1-9]/.test(digits.slice(kept))) return `has more than ${c.scale} digits behind the point`;
    digits = digits.slice(0, kept);
  }
  digits = digits.replace(/^0+/, '');
  if (digits.length > c.precision) return `needs more than ${c.precision} digits`;
  const unscaled = BigInt(`0${digits}`);
  writeInt128(c.ints, row * 4, match[1] === '-' ? -unscaled : unscaled);
  return null;
}

function writeDate(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string') return 'is not a date';
  const reading = readDate(value);
  if ('reason' in reading) return reading.reason;
  if (reading.days > 0x7fffffff) return 'is out of the range of DATE';
  c.ints[row] = reading.days;
  return null;
}

function writeTimestamp(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string') return 'is not a timestamp';
  const reading = readTimestamp(value);
  if ('reason' in reading) return reading.reason;
  const unit = BigInt(c.microsPerUnit);
  let stored = reading.micros / unit;
  if (stored * unit > reading.micros) stored -= 1n;
  if (stored > INT64_MAX) return `is out of the range of ${c.column.type}`;
  writeInt64(c.ints, row * 2, stored);
  return null;
}

function writeClock(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string') return 'is not a time';
  const reading = readClock(value);
  if ('reason' in reading) return reading.reason;
  const stored = Math.floor(reading.micros / c.microsPerUnit);
  if (c.storage === 'int32') c.ints[row] = stored;
  else writeSafeInt64(c.ints, row * 2, stored);
  return null;
}

function writeInterval(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string') return 'is not an interval';
  const reading = readInterval(value);
  if ('reason' in reading) return reading.reason;
  c.ints[row * 3] = reading.months;
  c.ints[row * 3 + 1] = reading.days;
  c.ints[row * 3 + 2] = reading.millis;
  return null;
}

const DAY_MICROS = 86_400_000_000n;

function writeInt96(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (typeof value !== 'string') return 'is not a timestamp';
  const reading = readTimestamp(value);
  if ('reason' in reading) return reading.reason;
  let days = reading.micros / DAY_MICROS;
  if (days * DAY_MICROS > reading.micros) days -= 1n;
  setInt96(c.ints, row, Number(days), Number(reading.micros - days * DAY_MICROS));
  return null;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function writeText(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (!isScalar(value)) return 'is not a scalar';
  const text = String(value);
  if (!text.isWellFormed()) return NOT_UTF8;
  writeBytes(c, encoder.encode(text), row);
  return null;
}

function writeBinary(c: ColumnBuilder, value: unknown, row: number): string | null {
  if (!c.base64) return writeText(c, value, row);
  if (typeof value !== 'string' || !isBase64Text(value)) return 'is not base64';
  writeBytes(c, Buffer.from(value, 'base64'), row);
  return null;
}

function isBase64Text(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function writeBytes(c: ColumnBuilder, bytes: Uint8Array, row: number): void {
  const start = c.ints[row] as number;
  const end = start + bytes.length;
  if (end > c.data.length) c.growData(end);
  c.data.set(bytes, start);
  c.ints[row + 1] = end;
}

/** Text of a value, cut at 1 KiB of UTF-8 between code points. */
export function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
  if (text.length * 3 <= VALUE_BYTES_MAX) return text;
  const bytes = encoder.encode(text.slice(0, VALUE_BYTES_MAX));
  if (bytes.length <= VALUE_BYTES_MAX && text.length <= VALUE_BYTES_MAX) return text;
  let end = Math.min(bytes.length, VALUE_BYTES_MAX);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
