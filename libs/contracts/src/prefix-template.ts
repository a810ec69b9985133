/** Time variables of a prefix. */
export const PREFIX_VARIABLES = ['$yyyy', '$MM', '$dd', '$HH', '$mm'] as const;
export type PrefixVariable = (typeof PREFIX_VARIABLES)[number];

export type PrefixPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly variable: PrefixVariable };

/** A prefix, or what is wrong with it and what would be right. */
export type PrefixParse =
  | { readonly ok: true; readonly parts: readonly PrefixPart[] }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

const VARIABLE_WIDTH: Record<PrefixVariable, number> = {
  $yyyy: 4,
  $MM: 2,
  $dd: 2,
  $HH: 2,
  $mm: 2,
};
/** Object keys are at most 1,024 bytes in S3 and 1,023 in OSS. */
const KEY_BYTES_MAX = 1023;

/** Splits a prefix into text and time variables. Pure. */
export function parsePrefix(template: string): PrefixParse {
  const shape = shapeProblem(template);
  if (shape !== null) return { ok: false, ...shape };
  const parts: PrefixPart[] = [];
  let text = '';
  for (let at = 0; at < template.length;) {
    if (template[at] !== '$') {
      text += template[at];
      at += 1;
      continue;
    }
    const variable = PREFIX_VARIABLES.find((name) => template.startsWith(name, at));
    if (variable === undefined) {
      const word = /^\$[A-Za-z]*/.exec(template.slice(at))?.[0] ?? '$';
      return {
        ok: false,
        problem: `unknown variable ${word}`,
        remedy: `use ${PREFIX_VARIABLES.join(', ')}`,
      };
    }
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
    parts.push({ kind: 'variable', variable });
    at += variable.length;
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return { ok: true, parts };
}

/** Bytes of the longest object key under the prefix, with the task's name in it. */
export function longestKeyBytes(parts: readonly PrefixPart[], taskName: string): number {
  const prefixBytes = parts.reduce(
    (sum, part) =>
      sum + (part.kind === 'text' ? Buffer.byteLength(part.text) : VARIABLE_WIDTH[part.variable]),
    0,
  );
  const laneDigits = 3;
  const sequenceDigits = 12;
  return 2 * prefixBytes + Buffer.byteLength(taskName) + laneDigits + sequenceDigits + 5;
}

/** What makes the keys of a prefix too long, or null. */
export function keyLengthProblem(parts: readonly PrefixPart[], taskName: string): string | null {
  const bytes = longestKeyBytes(parts, taskName);
  return bytes <= KEY_BYTES_MAX
    ? null
    : `object keys would be up to ${bytes} bytes long, more than ${KEY_BYTES_MAX}`;
}

function shapeProblem(template: string): { problem: string; remedy: string } | null {
  if (template === '') return { problem: 'is empty', remedy: 'give a folder, like orders' };
  if (template.startsWith('/') || template.endsWith('/')) {
    return {
      problem: 'starts or ends with a slash',
      remedy: 'write it without slashes at its ends',
    };
  }
  const segments = template.split('/');
  if (segments.includes('')) {
    return { problem: 'has an empty segment', remedy: 'write single slashes' };
  }
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return { problem: 'has a segment . or ..', remedy: 'name folders plainly' };
  }
  if (/[\u0000-\u001f\u007f\\]/.test(template)) {
    return { problem: 'has a control character or backslash', remedy: 'use printable characters' };
  }
  if (!template.isWellFormed()) {
    return { problem: 'has half a character of two', remedy: 'use whole characters' };
  }
  return null;
}
