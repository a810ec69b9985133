/** Tells whether the bytes of a constant text stand at `p`. */
export type ByteMatcher = (b: Uint8Array, p: number) => boolean;

/** JavaScript that is true where the text stands at `position` of `b`. */
export function matchSource(text: string, position: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes.map((byte, k) => `b[${position} + ${k}] === ${byte}`).join(' && ');
}

/** Unrolled: several times as fast as a loop over the text, and small enough to be inlined. */
export function compileMatcher(text: string): ByteMatcher {
  return new Function('b', 'p', `return ${matchSource(text, 'p')};`) as ByteMatcher;
}
