const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** Takes an element, null for NULL; returns why it does not fit, or null. */
export type TakeElement = (element: string | null) => string | null;

const NO_ARRAY = 'is not an array';
const NESTED = 'has more than one dimension';

/**
 * Reads an array as PostgreSQL writes it, `{1,NULL,"a \"b\""}`, element by element. Returns why it can't
 * be a list, or null. Bounds in front (`[0:2]={…}`) are passed over.
 */
export function readArray(text: string, delimiter: number, take: TakeElement): string | null {
  let p = 0;
  if (text.startsWith('[')) {
    p = text.indexOf('=') + 1;
    if (text.slice(0, p).includes('][')) return NESTED;
  }
  if (text.charCodeAt(p) !== OPEN) return NO_ARRAY;
  if (text.charCodeAt(p + 1) === CLOSE) return p + 2 === text.length ? null : NO_ARRAY;
  for (let element = 1; ; element += 1) {
    p += 1;
    if (text.charCodeAt(p) === OPEN) return NESTED;
    const quoted = text.charCodeAt(p) === QUOTE;
    const end = quoted ? quotedEnd(text, p) : plainEnd(text, p, delimiter);
    if (end < 0) return NO_ARRAY;
    const reason = take(quoted ? unquoted(text, p, end) : plain(text, p, end));
    if (reason !== null) return `element ${element} ${reason}`;
    p = end;
    if (text.charCodeAt(p) === CLOSE) return p + 1 === text.length ? null : NO_ARRAY;
    if (text.charCodeAt(p) !== delimiter) return NO_ARRAY;
  }
}

/** Position behind the closing quote of the string that opens at `p`, or -1. */
export function quotedEnd(text: string, p: number): number {
  for (let q = p + 1; q < text.length; q += 1) {
    const x = text.charCodeAt(q);
    if (x === QUOTE) return q + 1;
    if (x === BACKSLASH) q += 1;
  }
  return -1;
}

/** What stands between the quotes of `text[p, end)`; a backslash makes the next character plain. */
export function unquoted(text: string, p: number, end: number): string {
  const inner = text.slice(p + 1, end - 1);
  return inner.includes('\\') ? inner.replace(/\\([^])/g, '$1') : inner;
}

function plainEnd(text: string, p: number, delimiter: number): number {
  let q = p;
  for (; q < text.length; q += 1) {
    const x = text.charCodeAt(q);
    if (x === delimiter || x === CLOSE) break;
    if (x === QUOTE || x === OPEN || x === BACKSLASH) return -1;
  }
  return q === p || q === text.length ? -1 : q;
}

function plain(text: string, p: number, end: number): string | null {
  const element = text.slice(p, end);
  return element === 'NULL' ? null : element;
}
