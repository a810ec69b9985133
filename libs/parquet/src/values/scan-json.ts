/** Position behind the JSON string whose opening quote is at `p`, or -1 when it does not end. */
export function skipString(b: Uint8Array, p: number): number {
  let q = p + 1;
  for (;;) {
    const x = b[q];
    if (x === 34) return q + 1;
    if (x === undefined || x < 32) return -1;
    q += x === 92 ? 2 : 1;
  }
}

/** Position behind the scalar JSON value at `p`, or -1 when it is none. */
export function skipScalar(b: Uint8Array, p: number): number {
  if (b[p] === 34) return skipString(b, p);
  let q = p;
  for (;;) {
    const x = b[q];
    // Letters, digits, '+', '-' and '.' are all that numbers and words are made of.
    if (x === undefined || x === 44 || x === 125 || x === 93 || x < 43 || x > 122) break;
    q += 1;
  }
  return q === p ? -1 : q;
}

/** Position behind a flat JSON object or array (scalars only) that opens at `p`, or -1. */
export function skipFlat(b: Uint8Array, p: number): number {
  const close = b[p] === 123 ? 125 : 93;
  let q = p + 1;
  for (;;) {
    const x = b[q];
    if (x === close) return q + 1;
    if (x === 34) {
      q = skipString(b, q);
      if (q < 0) return -1;
    } else if (x === undefined || x < 32 || x === 123 || x === 91) {
      return -1;
    } else {
      q += 1;
    }
  }
}

/** The JSON value in `b[p, end)`. @throws SyntaxError when it is none. */
export function parseJson(b: Uint8Array, p: number, end: number): unknown {
  return JSON.parse(Buffer.from(b.buffer, b.byteOffset + p, end - p).toString('utf8'));
}

/** ASCII text of `b[p, end)`. */
export function asciiText(b: Uint8Array, p: number, end: number): string {
  return Buffer.from(b.buffer, b.byteOffset + p, end - p).toString('latin1');
}
