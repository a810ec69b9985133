import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import type { RoundResult } from './round-result.js';

export const RESULTS_FILE = join(CHECKOUT, 'chaos', 'results.jsonl');

/** What delivers rows: a round tells something about the commits behind it until one touches these. */
const DELIVERY_PATHS = [
  ...['apps', 'libs', 'prisma'],
  ...[':(exclude,glob)**/*spec.ts', ':(exclude,glob)**/testing/**', ':(exclude)libs/testing'],
] as const;

/** A line of the file: a round, and the last commit behind it that touched what delivers. */
export type RecordedRound = RoundResult & { readonly commit: string };

/** The last commit that touched what delivers; with a plus when the checkout differs from it. */
export function deliveryCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  const commit = git('log', '-1', '--format=%h', '--', ...DELIVERY_PATHS);
  return git('status', '--porcelain', '--', ...DELIVERY_PATHS) === '' ? commit : `${commit}+`;
}

/** Every line of the file, in its order. */
export function recordedRounds(file = RESULTS_FILE): RecordedRound[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordedRound);
}

/**
 * Adds a line. What the file had of the same round on the same commit goes, but where rows were wrong: a round
 * that holds the next time does not undo that.
 */
export function recordRound(round: RecordedRound, file = RESULTS_FILE): void {
  const others = recordedRounds(file).filter(
    (other) => !isSame(other, round) || hasOffences(other),
  );
  const lines = [...others, round].map((each) => `${JSON.stringify(each)}\n`);
  mkdirSync(dirname(file), { recursive: true });
  // A run that is interrupted leaves the file whole.
  writeFileSync(`${file}.new`, lines.join(''));
  renameSync(`${file}.new`, file);
}

function hasOffences({ lost, doubled, torn, misplaced, other }: RecordedRound): boolean {
  return lost + doubled + torn + misplaced + other > 0;
}

/** A round of the same plan on the same commit; checkouts that differ from theirs are never the same. */
export function isSame(
  one: Pick<RecordedRound, 'commit' | 'seed' | 'scenario'>,
  other: Pick<RecordedRound, 'commit' | 'seed' | 'scenario'>,
): boolean {
  const isCommit = one.commit === other.commit && !one.commit.endsWith('+');
  return isCommit && one.seed === other.seed && one.scenario === other.scenario;
}
