import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import type { RoundResult } from './round-result.js';

export const RESULTS_FILE = join(CHECKOUT, 'chaos', 'results.jsonl');

/** What delivers rows: a round tells something about the commits behind it until one touches these. */
const DELIVERY_PATHS = [
  ...['apps', 'libs', 'prisma'],
  ...[':(exclude,glob)**/*spec.ts', ':(exclude,glob)**/testing/**', ':(exclude)libs/testing'],
] as const;

/** The last commit that touched what delivers; with a plus when the checkout differs from it. */
export function deliveryCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  const commit = git('log', '-1', '--format=%h', '--', ...DELIVERY_PATHS);
  return git('status', '--porcelain', '--', ...DELIVERY_PATHS) === '' ? commit : `${commit}+`;
}

/** Appends a line per round. */
export function recordResult(commit: string, result: RoundResult): void {
  mkdirSync(dirname(RESULTS_FILE), { recursive: true });
  appendFileSync(RESULTS_FILE, `${JSON.stringify({ commit, ...result })}\n`);
}
