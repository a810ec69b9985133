import { isUtf8 } from 'node:buffer';
import type { ColumnBuilder } from '../column-builder.js';
import { writeValue } from './decode-value.js';
import { asciiText, skipScalar } from './scan-json.js';
import { scanSlowly } from './scan-value.js';

/** Text: the bytes between the quotes are copied as they are read, and those of a number as they stand. */
export function scanText(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  if (b[p] !== 34) return scanNumberText(c, b, p, row);
  const start = c.ints[row] as number;
  let data = c.data;
  let to = start;
  let q = p + 1;
  let full = q + data.length - to;
  let bits = 0;
  for (;;) {
    if (q >= full) {
      data = c.growData(to + 1);
      full = q + data.length - to;
    }
    const x = b[q] as number;
    if (x === 34) break;
    if (x === 92) return scanEscapedText(c, b, p, row);
    if (!(x >= 32)) return -1;
    data[to] = x;
    bits |= x;
    to += 1;
    q += 1;
  }
  if (bits >= 0x80 && !isUtf8(data.subarray(start, to))) return scanSlowly(c, b, p, row);
  c.ints[row + 1] = to;
  c.valid[row] = 1;
  return q + 1;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number means its own text: read as a number, `-0` would be `0`, and `1e+20` its 21 digits. */
function scanNumberText(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const end = skipScalar(b, p);
  const text = end < 0 ? '' : asciiText(b, p, end);
  if (!JSON_NUMBER.test(text)) return scanSlowly(c, b, p, row);
  writeValue(c, text, row);
  return end;
}

/** Bytes in base64; the slow path knows what else is none. */
export function scanBase64(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  if (b[p] !== 34) return scanSlowly(c, b, p, row);
  let to = c.ints[row] as number;
  let q = p + 1;
  for (;;) {
    if (b[q] === 34) break;
    if (to + 3 > c.data.length) c.growData(to + 3);
    const bits =
      ((SEXTETS[b[q] as number] as number) << 18) |
      ((SEXTETS[b[q + 1] as number] as number) << 12) |
      ((SEXTETS[b[q + 2] as number] as number) << 6) |
      (SEXTETS[b[q + 3] as number] as number);
    const padding = b[q + 3] !== 61 ? 0 : b[q + 2] === 61 ? 2 : 1;
    const misplaced = b[q] === 61 || b[q + 1] === 61 || (padding === 0 && b[q + 2] === 61);
    if (bits < 0 || misplaced) return scanSlowly(c, b, p, row);
    c.data[to] = bits >> 16;
    c.data[to + 1] = bits >> 8;
    c.data[to + 2] = bits;
    to += 3 - padding;
    q += 4;
    if (padding > 0 && b[q] !== 34) return scanSlowly(c, b, p, row);
  }
  c.ints[row + 1] = to;
  c.valid[row] = 1;
  return q + 1;
}

/** Six bits per letter, 0 for `=`, -1 (which makes the whole sum negative) for anything else. */
const SEXTETS = new Int32Array(256).fill(-1);
'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  .split('')
  .forEach((letter, value) => (SEXTETS[letter.charCodeAt(0)] = value));
SEXTETS[61] = 0;

/** What a letter behind a backslash stands for; 0 for none. */
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of [
  ['"', 34],
  ['\\', 92],
  ['/', 47],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const) {
  ESCAPES[letter.charCodeAt(0)] = byte;
}

/** Text with escapes. Decoded text is never longer than its JSON. */
function scanEscapedText(c: ColumnBuilder, b: Uint8Array, p: number, row: number): number {
  const start = c.ints[row] as number;
  let to = start;
  let q = p + 1;
  for (;;) {
    if (to + 4 > c.data.length) c.growData(to + 4);
    const x = b[q] as number;
    if (x === 34) break;
    if (!(x >= 32)) return -1;
    if (x !== 92) {
      c.data[to++] = x;
      q += 1;
      continue;
    }
    const letter = b[q + 1] as number;
    if (letter !== 117) {
      const byte = ESCAPES[letter] as number;
      if (!(byte > 0)) return -1;
      c.data[to++] = byte;
      q += 2;
      continue;
    }
    let code = hex4(b, q + 2);
    if (code < 0) return -1;
    q += 6;
    if (code >= 0xd800 && code < 0xdc00 && b[q] === 92 && b[q + 1] === 117) {
      const low = hex4(b, q + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        q += 6;
      }
    }
    // Half a character: it does not fit.
    if (code >= 0xd800 && code < 0xe000) return scanSlowly(c, b, p, row);
    to = writeCodePoint(c.data, to, code);
  }
  if (!isUtf8(c.data.subarray(start, to))) return scanSlowly(c, b, p, row);
  c.ints[row + 1] = to;
  c.valid[row] = 1;
  return q + 1;
}

function writeCodePoint(data: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    data[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    data[at] = 0xc0 | (point >> 6);
    data[at + 1] = 0x80 | (point & 63);
    return at + 2;
  }
  if (point < 0x10000) {
    data[at] = 0xe0 | (point >> 12);
    data[at + 1] = 0x80 | ((point >> 6) & 63);
    data[at + 2] = 0x80 | (point & 63);
    return at + 3;
  }
  data[at] = 0xf0 | (point >> 18);
  data[at + 1] = 0x80 | ((point >> 12) & 63);
  data[at + 2] = 0x80 | ((point >> 6) & 63);
  data[at + 3] = 0x80 | (point & 63);
  return at + 4;
}

function hex4(b: Uint8Array, p: number): number {
  let code = 0;
  for (let k = p; k < p + 4; k += 1) {
    const digit = hexDigit(b[k] as number);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

/** Value of a hexadecimal digit, or -1. */
export function hexDigit(x: number): number {
  if (x >= 48 && x <= 57) return x - 48;
  const letter = x | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
