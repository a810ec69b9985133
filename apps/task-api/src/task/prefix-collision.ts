import { parsePrefix, type PrefixPart, type TaskConfig } from '@lakeferry/contracts';
import { partitionLayout } from '../statement/partition-layout.js';
import { liesInData } from './dirty-location.js';

/** Of a task, what its object keys are made of. */
export interface KeySpace {
  readonly taskName: string;
  readonly config: Pick<TaskConfig, 'ossPrefix' | 'ossBucket' | 'ossDirtyPrefix'>;
}

/**
 * Whether two tasks could give two objects the same key. A name holds no `/`, so what stands before the
 * last `/` of a key is its rendered prefix; equal prefixes leave `<name>_<lane>`, and digits behind the
 * last `_` tell the lane from the name whatever the name is (one with underscores too). So both name and
 * rendered prefix must be equal for that. Errs on the safe side: a variable stands for any digits, and an
 * endpoint for any store. Pure.
 */
export function keysMayCollide(a: KeySpace, b: KeySpace): boolean {
  return (
    a.taskName === b.taskName &&
    bucketsMayMeet(a, b) &&
    prefixesOf(a).some((one) => prefixesOf(b).some((other) => prefixesMayMeet(one, other)))
  );
}

/**
 * Whether dirty objects of one task would lie where readers of the other's data look for rows. Data that
 * starts at the root of its bucket is left out: its readers come across everything there anyway. Pure.
 */
export function dirtyMeetsData(a: KeySpace, b: KeySpace): boolean {
  if (!bucketsMayMeet(a, b)) return false;
  return dirtyLiesIn(a, b.config.ossPrefix) || dirtyLiesIn(b, a.config.ossPrefix);
}

/**
 * Whether a statement of one task would read objects of the other too: engines find the objects of a task
 * by `<name>_` and what begins like a lane, below the folders in front of the first time variable. Pure.
 */
export function readsWithOther(a: KeySpace, b: KeySpace): boolean {
  return bucketsMayMeet(a, b) && (readsToo(a, b) || readsToo(b, a));
}

function readsToo(reader: KeySpace, other: KeySpace): boolean {
  if (!other.taskName.startsWith(`${reader.taskName}_`)) return false;
  const { location } = partitionLayout(reader.config.ossPrefix);
  if (location === '') return true;
  const folders = other.config.ossPrefix.split('/').slice(0, location.split('/').length);
  return prefixesMayMeet(folders.join('/'), location);
}

function dirtyLiesIn({ config: { ossDirtyPrefix } }: KeySpace, dataPrefix: string): boolean {
  if (ossDirtyPrefix === undefined || partitionLayout(dataPrefix).location === '') return false;
  return liesInData(ossDirtyPrefix, dataPrefix);
}

function prefixesOf({ config: { ossPrefix, ossDirtyPrefix } }: KeySpace): readonly string[] {
  return ossDirtyPrefix === undefined ? [ossPrefix] : [ossPrefix, ossDirtyPrefix];
}

/**
 * Buckets of one name may be one bucket whatever their endpoints are called: a store has several names
 * (`-internal`, `s3.`), and the operator may lead any two names to one store, which only the writer knows.
 */
function bucketsMayMeet({ config: a }: KeySpace, { config: b }: KeySpace): boolean {
  return a.ossBucket === b.ossBucket;
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
