import { parsePrefix, type PrefixPart, type TaskConfig } from '@lakeferry/contracts';

/** Of a task, what its object keys are made of. */
export interface KeySpace {
  readonly taskName: string;
  readonly config: Pick<TaskConfig, 'ossPrefix' | 'ossBucket' | 'ossEndpoint'>;
}

/**
 * Whether two tasks could give two objects the same key. The last segment of a key starts with the
 * task's name and holds no other `/`, so both name and rendered prefix must be equal for that. Errs on the
 * safe side: a variable stands for any digits, and an endpoint that is left out for any endpoint. Pure.
 */
export function keysMayCollide(a: KeySpace, b: KeySpace): boolean {
  return (
    a.taskName === b.taskName &&
    a.config.ossBucket === b.config.ossBucket &&
    endpointsMayMeet(a.config.ossEndpoint, b.config.ossEndpoint) &&
    prefixesMayMeet(a.config.ossPrefix, b.config.ossPrefix)
  );
}

function endpointsMayMeet(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return hostOf(a) === hostOf(b);
}

/** Host without scheme, port and spelling. */
function hostOf(endpoint: string): string {
  return endpoint
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/(:\d+)?\/?$/, '');
}

/** A character, or one or more digits. */
type Token = string | typeof DIGITS;
const DIGITS = Symbol('digits');

/** Whether two prefixes can render to the same string. */
export function prefixesMayMeet(a: string, b: string): boolean {
  const left = tokensOf(a);
  const right = tokensOf(b);
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    if (i === left.length && j === right.length) return true;
    const place = i * (right.length + 1) + j;
    if (seen.has(place)) continue;
    seen.add(place);
    const one = left[i];
    const other = right[j];
    if (one === undefined || other === undefined || !shareCharacter(one, other)) continue;
    open.push([i + 1, j + 1]);
    if (one === DIGITS) open.push([i, j + 1]);
    if (other === DIGITS) open.push([i + 1, j]);
  }
  return false;
}

function shareCharacter(a: Token, b: Token): boolean {
  if (a === DIGITS) return b === DIGITS || /\d/.test(b);
  if (b === DIGITS) return /\d/.test(a);
  return a === b;
}

function tokensOf(template: string): Token[] {
  const parsed = parsePrefix(template);
  const parts: readonly PrefixPart[] = parsed.ok
    ? parsed.parts
    : [{ kind: 'text', text: template }];
  return parts.flatMap((part): Token[] => (part.kind === 'text' ? [...part.text] : [DIGITS]));
}
