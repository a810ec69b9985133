/** All checks that need no server, in under two minutes on two cores. */
import { join } from 'node:path';
import { compile } from './prepare.mjs';
import { NODE, ROOT, run, say, seconds } from './process.mjs';

const bin = (...path) => join(ROOT, 'node_modules', ...path);
const NX_ENV = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };

const jest = (...args) =>
  run(NODE, [
    '--experimental-vm-modules',
    '--no-warnings',
    bin('jest', 'bin', 'jest.js'),
    ...['--selectProjects', 'unit', '--maxWorkers=2'],
    ...args,
  ]);

/** The module boundary rule reads Nx's project graph from its cache: an Nx command refreshes it. */
async function lint() {
  const graph = await run(NODE, [bin('nx', 'dist', 'bin', 'nx.js'), 'show', 'projects'], {
    env: NX_ENV,
  });
  if (graph.code !== 0) return graph;
  const args = [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'];
  return run(NODE, [...args, '--cache', '--cache-location', bin('.cache', 'eslint')], {
    env: NX_ENV,
  });
}

const FORMAT = ['--check', '--cache', '--log-level', 'warn', '.'];
/** One that needs the processor alone, and two queues for two cores behind it. */
const FIRST = [{ name: 'types', check: compile }];
const QUEUES = [
  [
    { name: 'format', check: () => run(NODE, [bin('prettier', 'bin', 'prettier.cjs'), ...FORMAT]) },
    { name: 'lint', check: lint },
  ],
  [
    { name: 'tidy', check: () => jest('--testPathPatterns', 'tools/tidy') },
    { name: 'unit tests', check: () => jest('--testPathIgnorePatterns', 'tools/tidy', 'dist') },
  ],
];

/** Runs every check, also behind one that failed. @returns the exit code */
export async function verify() {
  const startMs = performance.now();
  const failed = [];
  const runAll = async (checks) => {
    for (const { name, check } of checks) {
      const { code, output, took } = await check();
      say(`${code === 0 ? '✓' : '✗'} ${name} (${took})`);
      if (code === 0) continue;
      failed.push(name);
      process.stdout.write(`${output.trimEnd()}\n\n`);
    }
  };
  await runAll(FIRST);
  await Promise.all(QUEUES.map(runAll));
  const verdict = failed.length === 0 ? 'All checks passed' : `Failed: ${failed.join(', ')}`;
  say(`${verdict} (${seconds(startMs)})`);
  return failed.length === 0 ? 0 : 1;
}
