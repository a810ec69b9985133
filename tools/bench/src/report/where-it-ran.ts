import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type as systemName } from 'node:os';
import { CHECKOUT } from '@lakeferry/stack';
import type { Machine } from './bench-result.js';

const GIB = 2 ** 30;

/** What figures depend on: elsewhere a change is none to them, least of all what an experiment writes. */
const MEASURED_PATHS = [
  ...['apps', 'libs', 'prisma', 'tools/bench', 'tools/stack', 'package-lock.json'],
] as const;

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpus: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round((totalmem() / GIB) * 10) / 10,
    node: process.versions.node,
    os: `${systemName()} ${release()}`,
  };
}

/** The commit of the checkout, short; with a plus when what is measured differs from it. */
export function checkoutCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: CHECKOUT, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const commit = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain', '--', ...MEASURED_PATHS) === '' ? commit : `${commit}+`;
  } catch {
    // A copy without history, or without git.
    return 'unknown';
  }
}
