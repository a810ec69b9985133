import { isUtf8 } from 'node:buffer';
import type { ColumnBuilder } from '../column-builder.js';
import { NOT_UTF8, writeDirty, writeValue } from './decode-value.js';
import { asciiText, parseJson, skipScalar } from './scan-json.js';
import { scanClock, scannedTime, scanDate, scanTimestamp } from './time-text.js';
import { setInt96, writeSafeInt64, writeSplitInt64 } from './wide-integer.js';

/**
 * Reads the JSON value at `b[p]` into row `row` of a column and returns the position behind it.
 * Every scanner takes the common forms of its type itself and leaves any other to `scanSlowly`, so that
 * all of them mean what `writeValue` means. -1: not a scalar JSON value, the line needs a real parser.
 */
export type ValueScanner = (c: ColumnBuilder, b: Uint8Array, p: number, row: number) => number;

const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const TWO_53 = 9007199254740992;
const TWO_32 = 4294967296;

/** Reads one value by JSON.parse. */
export function scanSlowly(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const end = skipScalar(b, p);
  if (end < 0) return -1;
  let value: unknown;
  try {
    value = parseJson(b, p, end);
  } catch {
    return -1;
  }
  if (isUtf8(b.subarray(p, end))) writeValue(c, value, row);
  else writeDirty(c, NOT_UTF8, value, row);
  return end;
}

export function scanBool(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  if (b[p] === 116 && b[p + 1] === 114 && b[p + 2] === 117 && b[p + 3] === 101) {
    c.data[row] = 1;
    c.valid[row] = 1;
    return p + 4;
  }
  if (b[p] === 102 && b[p + 1] === 97 && b[p + 2] === 108 && b[p + 3] === 115) {
    c.data[row] = 0;
    c.valid[row] = 1;
    return p + 5;
  }
  return scanSlowly(c, b, p, row);
}

export function scanInt32(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  let q = p;
  const negative = b[q] === 45;
  if (negative) q += 1;
  const first = q;
  let value = 0;
  for (;;) {
    const digit = (b[q] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    q += 1;
  }
  const count = q - first;
  if (count === 0 || count > 9 || !endsValue(b, q)) return scanSlowly(c, b, p, row);
  c.ints[row] = negative ? -value : value;
  c.valid[row] = 1;
  return q;
}

export function scanInt64(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  let q = p;
  const quoted = b[q] === 34;
  if (quoted) q += 1;
  const negative = b[q] === 45;
  if (negative) q += 1;
  const first = q;
  let value = 0;
  for (;;) {
    const digit = (b[q] as number) - 48;
    if (!(digit >= 0 && digit <= 9) || q - first === 15) break;
    value = value * 10 + digit;
    q += 1;
  }
  const digit = (b[q] as number) - 48;
  if (digit >= 0 && digit <= 9) return scanWideInt64(c, b, p, row);
  if (q === first) return scanSlowly(c, b, p, row);
  if (quoted && b[q++] !== 34) return scanSlowly(c, b, p, row);
  if (!endsValue(b, q)) return scanSlowly(c, b, p, row);
  if (value <= 0x7fffffff) {
    const low = negative ? -value : value;
    c.ints[row * 2] = low;
    c.ints[row * 2 + 1] = low >> 31;
  } else {
    writeSafeInt64(c.ints, row * 2, negative ? -value : value);
  }
  c.valid[row] = 1;
  return q;
}

/** 16 to 19 digits in quotes; without quotes `writeValue` knows what is exact. */
function scanWideInt64(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  if (b[p] !== 34) return scanSlowly(c, b, p, row);
  const negative = b[p + 1] === 45;
  const first = negative ? p + 2 : p + 1;
  let q = first;
  while ((b[q] as number) >= 48 && (b[q] as number) <= 57) q += 1;
  if (q - first > 19 || b[q] !== 34) return scanSlowly(c, b, p, row);
  let head = 0;
  let tail = 0;
  for (let k = first; k < q - 9; k += 1) head = head * 10 + (b[k] as number) - 48;
  for (let k = q - 9; k < q; k += 1) tail = tail * 10 + (b[k] as number) - 48;
  if (!writeSplitInt64(c.ints, row * 2, { head, tail, negative })) return scanSlowly(c, b, p, row);
  c.valid[row] = 1;
  return q + 1;
}

/** Result of `scanNumber`: the value; the return value is the position behind it. */
let scannedNumber = 0;

/** Reads a decimal number without exponent, exactly; -1 when it is anything else. */
function scanNumber(b: Uint8Array, p: number): number {
  let q = p;
  const negative = b[q] === 45;
  if (negative) q += 1;
  const first = q;
  let mantissa = 0;
  let point = -1;
  for (;;) {
    const digit = (b[q] as number) - 48;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === -2 && point < 0 && q > first) point = q;
    else break;
    q += 1;
  }
  if (q === first || !endsValue(b, q)) return -1;
  const decimals = point < 0 ? 0 : q - point - 1;
  // Below 2^53 and 10^22 both numbers are exact, and so is the rounding of their quotient.
  if (mantissa < TWO_53 && decimals <= 22) {
    const value = decimals === 0 ? mantissa : mantissa / (POWERS[decimals] as number);
    scannedNumber = negative ? -value : value;
  } else {
    scannedNumber = Number(asciiText(b, p, q));
  }
  return q;
}

export function scanDouble(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const q = scanNumber(b, p);
  if (q < 0) return scanSlowly(c, b, p, row);
  c.floats[row] = scannedNumber;
  c.valid[row] = 1;
  return q;
}

export function scanFloat(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const q = scanNumber(b, p);
  if (q < 0 || Math.abs(scannedNumber) > 3e38) return scanSlowly(c, b, p, row);
  c.singles[row] = scannedNumber;
  c.valid[row] = 1;
  return q;
}

/** Decimals of up to 15 digits at the column's scale. */
export function scanDecimal(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  let q = p;
  const quoted = b[q] === 34;
  if (quoted) q += 1;
  const negative = b[q] === 45;
  if (negative) q += 1;
  const first = q;
  let unscaled = 0;
  let point = -1;
  for (;;) {
    const digit = (b[q] as number) - 48;
    if (digit >= 0 && digit <= 9) unscaled = unscaled * 10 + digit;
    else if (digit === -2 && point < 0 && q > first) point = q;
    else break;
    q += 1;
  }
  const fraction = point < 0 ? 0 : q - point - 1;
  const padding = c.scale - fraction;
  const digits = q - first - (point < 0 ? 0 : 1) + padding;
  if (q === first || padding < 0 || digits > 15) return scanSlowly(c, b, p, row);
  if (quoted ? b[q] !== 34 : !endsValue(b, q)) return scanSlowly(c, b, p, row);
  unscaled *= POWERS[padding] as number;
  if (c.precision < 15 && unscaled >= (POWERS[c.precision] as number)) {
    return scanSlowly(c, b, p, row);
  }
  const at = row * 4;
  writeSafeInt64(c.ints, at, negative ? -unscaled : unscaled);
  const sign = (c.ints[at + 1] as number) >> 31;
  c.ints[at + 2] = sign;
  c.ints[at + 3] = sign;
  c.valid[row] = 1;
  return quoted ? q + 1 : q;
}

export function scanDay(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  if (b[p] !== 34 || scanDate(b, p + 1) < 0 || b[p + 11] !== 34) return scanSlowly(c, b, p, row);
  c.ints[row] = scannedTime.days;
  c.valid[row] = 1;
  return p + 12;
}

export function scanInstant(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const q = b[p] === 34 ? scanTimestamp(b, p + 1) : -1;
  if (q < 0 || b[q] !== 34) return scanSlowly(c, b, p, row);
  const seconds = scannedTime.days * 86400 + scannedTime.seconds;
  let value: number;
  if (c.microsPerUnit === 1) {
    value = seconds * 1e6 + scannedTime.micros;
    if (value >= TWO_53 || value <= -TWO_53) return scanSlowly(c, b, p, row);
  } else {
    value = seconds * 1000 + Math.floor(scannedTime.micros / 1000);
  }
  const high = Math.floor(value / TWO_32);
  c.ints[row * 2] = value - high * TWO_32;
  c.ints[row * 2 + 1] = high;
  c.valid[row] = 1;
  return q + 1;
}

export function scanTime(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const q = b[p] === 34 ? scanClock(b, p + 1) : -1;
  if (q < 0 || b[q] !== 34) return scanSlowly(c, b, p, row);
  const micros = scannedTime.seconds * 1e6 + scannedTime.micros;
  if (c.microsPerUnit === 1) writeSafeInt64(c.ints, row * 2, micros);
  else c.ints[row] = Math.floor(micros / c.microsPerUnit);
  c.valid[row] = 1;
  return q + 1;
}

export function scanInt96(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const q = b[p] === 34 ? scanTimestamp(b, p + 1) : -1;
  if (q < 0 || b[q] !== 34) return scanSlowly(c, b, p, row);
  setInt96(c.ints, row, scannedTime.days, scannedTime.seconds * 1e6 + scannedTime.micros);
  c.valid[row] = 1;
  return q + 1;
}

/** Whether a number may end before `b[q]`. */
function endsValue(b: Uint8Array, q: number): boolean {
  return b[q] === 44 || b[q] === 125;
}
