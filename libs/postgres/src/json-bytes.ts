/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');
const BASE64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

/** What follows the backslash for control characters that have a short form in JSON, else 0. */
const SHORT_ESCAPE = new Uint8Array(32);
SHORT_ESCAPE[0x08] = 0x62;
SHORT_ESCAPE[0x09] = 0x74;
SHORT_ESCAPE[0x0a] = 0x6e;
SHORT_ESCAPE[0x0c] = 0x66;
SHORT_ESCAPE[0x0d] = 0x72;

const HEX_VALUE = new Uint8Array(256);
for (let digit = 0; digit < 16; digit += 1) {
  HEX_VALUE[HEX[digit] as number] = digit;
}

/** No byte of a value takes more than this in JSON: `\u001f`. */
const ESCAPED_BYTES_MAX = 6;
const COUNT_FROM_BYTES = 32 * 1024;

/** The room that the bytes take at most when they are written as JSON strings. */
export function jsonBytesMax(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < COUNT_FROM_BYTES) return length * ESCAPED_BYTES_MAX;
  let escaped = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) escaped += 1;
  }
  return length + escaped * (ESCAPED_BYTES_MAX - 1);
}

/** Writes one byte that may not stand for itself in a JSON string. */
export function writeEscaped(byte: number, out: Uint8Array, position: number): number {
  let pos = position;
  out[pos++] = BACKSLASH;
  if (byte >= 0x20) {
    out[pos++] = byte;
    return pos;
  }
  const short = SHORT_ESCAPE[byte] as number;
  if (short !== 0) {
    out[pos++] = short;
    return pos;
  }
  out[pos++] = 0x75;
  out[pos++] = 0x30;
  out[pos++] = 0x30;
  out[pos++] = HEX[byte >> 4] as number;
  out[pos++] = HEX[byte & 15] as number;
  return pos;
}

/** Writes the base64 of bytes given as pairs of hexadecimal digits. */
export function writeBase64OfHex(
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  let at = start;
  let pos = position;
  for (; at + 6 <= end; at += 6) {
    const bits =
      (byteOfHex(source, at) << 16) | (byteOfHex(source, at + 2) << 8) | byteOfHex(source, at + 4);
    out[pos++] = BASE64[bits >> 18] as number;
    out[pos++] = BASE64[(bits >> 12) & 63] as number;
    out[pos++] = BASE64[(bits >> 6) & 63] as number;
    out[pos++] = BASE64[bits & 63] as number;
  }
  if (at >= end) return pos;
  const two = at + 4 <= end;
  const bits = (byteOfHex(source, at) << 16) | (two ? byteOfHex(source, at + 2) << 8 : 0);
  out[pos++] = BASE64[bits >> 18] as number;
  out[pos++] = BASE64[(bits >> 12) & 63] as number;
  out[pos++] = two ? (BASE64[(bits >> 6) & 63] as number) : 0x3d;
  out[pos++] = 0x3d;
  return pos;
}

function byteOfHex(source: Uint8Array, at: number): number {
  return (
    ((HEX_VALUE[source[at] as number] as number) << 4) |
    (HEX_VALUE[source[at + 1] as number] as number)
  );
}

/** Writes a count in decimal. */
export function writeUint(value: number, out: Uint8Array, position: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  let rest = value;
  for (let at = position + digits - 1; at >= position; at -= 1) {
    const next = Math.floor(rest / 10);
    out[at] = 0x30 + (rest - next * 10);
    rest = next;
  }
  return position + digits;
}

/** Writes the upper-case hexadecimal digits of a 32-bit number, without leading zeros. */
export function writeHex(value: number, out: Uint8Array, position: number): number {
  let shift = 28;
  while (shift > 0 && ((value >>> shift) & 15) === 0) shift -= 4;
  let pos = position;
  for (; shift >= 0; shift -= 4) {
    const digit = (value >>> shift) & 15;
    out[pos++] = digit < 10 ? 0x30 + digit : 0x37 + digit;
  }
  return pos;
}

const SAFE_INTEGER_DIGITS = Buffer.from('9007199254740991');

/** Whether the decimal integer in the range is one that a JSON number carries exactly. */
export function isSafeInteger(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  const length = end - first;
  if (length !== SAFE_INTEGER_DIGITS.length) return length < SAFE_INTEGER_DIGITS.length;
  for (let index = 0; index < length; index += 1) {
    const difference = (bytes[first + index] as number) - (SAFE_INTEGER_DIGITS[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
