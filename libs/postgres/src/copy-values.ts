/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { isSafeInteger, writeBase64OfHex, writeEscaped } from './json-bytes.js';
import { writeBool } from './tuple-values.js';
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

const TAB = 0x09;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const LETTERS_FROM = 0x41;
const NULL_MARK = 0x4e; // N of \N

/** The byte that a letter behind a backslash stands for in COPY text; 0 where it stands for itself. */
const UNESCAPED = new Uint8Array(256);
UNESCAPED[0x62] = 0x08;
UNESCAPED[0x66] = 0x0c;
UNESCAPED[0x6e] = 0x0a;
UNESCAPED[0x72] = 0x0d;
UNESCAPED[0x74] = 0x09;
UNESCAPED[0x76] = 0x0b;

/**
 * Reads the fields of a line of COPY text one after the other and writes each as JSON: unescaping,
 * looking for the end and escaping are one pass over the bytes. `at` is the start of the next field.
 */
export class CopyFields {
  at = 0;

  /** Writes the field at `at` and moves behind its delimiter. `out` has room for it. */
  writeValue(rendering: Rendering, bytes: Uint8Array, out: Uint8Array, position: number): number {
    const start = this.at;
    if (bytes[start] === BACKSLASH && bytes[start + 1] === NULL_MARK) {
      this.at = start + 3;
      return writeNull(out, position);
    }
    switch (rendering) {
      case RENDER_TEXT:
        return this.writeString(bytes, out, position);
      case RENDER_INT:
        return this.writeRaw(bytes, out, position);
      case RENDER_BIGINT: {
        const end = this.writeRaw(bytes, out, position);
        return isSafeInteger(out, position, end) ? end : enquote(out, position, end);
      }
      case RENDER_FLOAT: {
        const end = this.writeRaw(bytes, out, position);
        const first = out[position] === MINUS ? position + 1 : position;
        return (out[first] as number) < LETTERS_FROM ? end : enquote(out, position, end);
      }
      case RENDER_BOOL:
        this.at = start + 2;
        return writeBool(bytes[start] as number, out, position);
      case RENDER_BYTES:
        return this.writeBytes(bytes, out, position);
      case RENDER_PLAIN: {
        out[position] = QUOTE;
        const end = this.writeRaw(bytes, out, position + 1);
        out[end] = QUOTE;
        return end + 1;
      }
      default:
        return rendering satisfies never;
    }
  }

  /** A field in which nothing is escaped. */
  private writeRaw(bytes: Uint8Array, out: Uint8Array, position: number): number {
    let at = this.at;
    let pos = position;
    for (;;) {
      const byte = bytes[at++] as number;
      if (byte < 0x20) break;
      out[pos++] = byte;
    }
    this.at = at;
    return pos;
  }

  private writeString(bytes: Uint8Array, out: Uint8Array, position: number): number {
    let at = this.at;
    let pos = position;
    out[pos++] = QUOTE;
    for (;;) {
      const byte = bytes[at++] as number;
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
        out[pos++] = byte;
      } else if (byte === TAB || byte === NEWLINE) {
        break;
      } else if (byte === BACKSLASH) {
        const letter = bytes[at++] as number;
        const meant = UNESCAPED[letter] as number;
        pos = writeEscaped(meant === 0 ? letter : meant, out, pos);
      } else {
        pos = writeEscaped(byte, out, pos);
      }
    }
    out[pos++] = QUOTE;
    this.at = at;
    return pos;
  }

  /** The COPY text of `bytea` is `\\x` and hexadecimal digits. */
  private writeBytes(bytes: Uint8Array, out: Uint8Array, position: number): number {
    const start = this.at + 3;
    let end = start;
    while ((bytes[end] as number) >= 0x20) end += 1;
    out[position] = QUOTE;
    const pos = writeBase64OfHex(bytes, start, end, out, position + 1);
    out[pos] = QUOTE;
    this.at = end + 1;
    return pos + 1;
  }
}

export function writeNull(out: Uint8Array, position: number): number {
  out[position] = 0x6e;
  out[position + 1] = 0x75;
  out[position + 2] = 0x6c;
  out[position + 3] = 0x6c;
  return position + 4;
}

/** Puts quotes around what was written already. */
function enquote(out: Uint8Array, start: number, end: number): number {
  out.copyWithin(start + 1, start, end);
  out[start] = QUOTE;
  out[end + 1] = QUOTE;
  return end + 2;
}
