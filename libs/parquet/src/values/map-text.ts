import { quotedEnd, unquoted } from './array-text.js';

/** A value of a map: text, a number as it is written, a boolean, or null. */
export type MapValue = string | boolean | null;

/** The entries of a map, or why the text is none. */
export type MapReading =
  { readonly entries: ReadonlyMap<string, MapValue> } | { readonly reason: string };

const NO_OBJECT: MapReading = { reason: 'is not an object' };
const NOT_FLAT: MapReading = { reason: 'has a value that is no scalar' };
const SCALAR = /true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** Reads a JSON object of scalars; numbers stay as they are written. Of equal keys the last one counts. */
export function readJsonObject(text: string): MapReading {
  const entries = new Map<string, MapValue>();
  let p = behindBlanks(text, 0);
  if (text[p] !== '{') return NO_OBJECT;
  p = behindBlanks(text, p + 1);
  if (text[p] === '}') return behindBlanks(text, p + 1) === text.length ? { entries } : NO_OBJECT;
  for (;;) {
    const keyEnd = text[p] === '"' ? quotedEnd(text, p) : -1;
    const key = keyEnd < 0 ? undefined : jsonString(text, p, keyEnd);
    p = behindBlanks(text, keyEnd);
    if (key === undefined || text[p] !== ':') return NO_OBJECT;
    p = behindBlanks(text, p + 1);
    if (text[p] === '{' || text[p] === '[') return NOT_FLAT;
    const end = text[p] === '"' ? quotedEnd(text, p) : scalarEnd(text, p);
    const value = end < 0 ? undefined : scalarOf(text, p, end);
    if (value === undefined) return NO_OBJECT;
    entries.set(key, value);
    p = behindBlanks(text, end);
    if (text[p] === '}') break;
    if (text[p] !== ',') return NO_OBJECT;
    p = behindBlanks(text, p + 1);
  }
  return behindBlanks(text, p + 1) === text.length ? { entries } : NO_OBJECT;
}

function behindBlanks(text: string, p: number): number {
  let q = Math.max(p, 0);
  for (; q < text.length; q += 1) {
    const x = text.charCodeAt(q);
    if (x > 32 || (x !== 32 && x !== 9 && x !== 10 && x !== 13)) break;
  }
  return q;
}

function scalarEnd(text: string, p: number): number {
  SCALAR.lastIndex = p;
  return SCALAR.test(text) ? SCALAR.lastIndex : -1;
}

function scalarOf(text: string, p: number, end: number): MapValue | undefined {
  if (text[p] === '"') return jsonString(text, p, end);
  const token = text.slice(p, end);
  const word = WORDS[token];
  return word === undefined ? token : word;
}

function jsonString(text: string, p: number, end: number): string | undefined {
  const inner = text.slice(p, end);
  if (!inner.includes('\\')) return inner.slice(1, -1);
  try {
    return JSON.parse(inner) as string;
  } catch {
    return undefined;
  }
}

const NO_HSTORE: MapReading = { reason: 'is not an hstore' };

/** Reads an hstore as PostgreSQL writes it, `"a"=>"1", "b"=>NULL`. */
export function readHstore(text: string): MapReading {
  const entries = new Map<string, MapValue>();
  for (let p = 0; p < text.length;) {
    const keyEnd = text[p] === '"' ? quotedEnd(text, p) : -1;
    if (keyEnd < 0 || !text.startsWith('=>', keyEnd)) return NO_HSTORE;
    const at = keyEnd + 2;
    const isNull = text.startsWith('NULL', at);
    const end = isNull ? at + 4 : text[at] === '"' ? quotedEnd(text, at) : -1;
    if (end < 0) return NO_HSTORE;
    entries.set(unquoted(text, p, keyEnd), isNull ? null : unquoted(text, at, end));
    if (end === text.length) break;
    if (!text.startsWith(', "', end)) return NO_HSTORE;
    p = end + 2;
  }
  return { entries };
}
