/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { isSafeInteger, writeBase64OfHex, writeEscaped } from './json-bytes.js';
import {
  RENDER_BIGINT,
  RENDER_BOOL,
  RENDER_BYTES,
  RENDER_FLOAT,
  RENDER_INT,
  RENDER_PLAIN,
  RENDER_TEXT,
  type Rendering,
} from './value-rendering.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const LETTERS_FROM = 0x41;

/** Writes the JSON of a value whose text lies in a range. `out` has room for it. */
export function writeTupleValue(
  rendering: Rendering,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  switch (rendering) {
    case RENDER_TEXT:
      return writeString(bytes, start, end, out, position);
    case RENDER_INT:
      return writeRaw(bytes, start, end, out, position);
    case RENDER_BIGINT:
      return isSafeInteger(bytes, start, end)
        ? writeRaw(bytes, start, end, out, position)
        : writeQuoted(bytes, start, end, out, position);
    case RENDER_FLOAT:
      return isFinite(bytes, start, end)
        ? writeRaw(bytes, start, end, out, position)
        : writeQuoted(bytes, start, end, out, position);
    case RENDER_BOOL:
      return writeBool(bytes[start] as number, out, position);
    case RENDER_BYTES:
      return writeBytes(bytes, start, end, out, position);
    case RENDER_PLAIN:
      return writeQuoted(bytes, start, end, out, position);
    default:
      return rendering satisfies never;
  }
}

/** NaN, Infinity and -Infinity are the only floats with a capital letter in front. */
function isFinite(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d && end - start > 1 ? start + 1 : start;
  return (bytes[first] as number) < LETTERS_FROM;
}

export function writeBool(byte: number, out: Uint8Array, position: number): number {
  const word = byte === 0x74 ? TRUE : FALSE;
  out.set(word, position);
  return position + word.length;
}

function writeRaw(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  let pos = position;
  for (let at = start; at < end; at += 1) out[pos++] = bytes[at] as number;
  return pos;
}

function writeQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  out[position] = QUOTE;
  const pos = writeRaw(bytes, start, end, out, position + 1);
  out[pos] = QUOTE;
  return pos + 1;
}

function writeString(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  let pos = position;
  out[pos++] = QUOTE;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) out[pos++] = byte;
    else pos = writeEscaped(byte, out, pos);
  }
  out[pos++] = QUOTE;
  return pos;
}

/** The text of `bytea` is `\x` and hexadecimal digits. */
function writeBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  out[position] = QUOTE;
  const pos = writeBase64OfHex(bytes, start + 2, end, out, position + 1);
  out[pos] = QUOTE;
  return pos + 1;
}
