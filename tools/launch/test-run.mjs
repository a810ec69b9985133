/**
 * `npm test`: unit tests, then integration and end-to-end tests against servers that are started for
 * them and stopped behind them, whatever the tests do. Runs on Node 24, when everything is built.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addResults, verdictLine } from './jest-totals.mjs';
import { NODE, ROOT, say } from './process.mjs';

const FOLDER = join(ROOT, '.lakeferry', 'test');
const JEST = [
  '--experimental-vm-modules',
  '--no-warnings',
  join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
];

/**
 * Files of a tier run side by side where they share nothing but servers. `*.cluster.int-spec.ts` need
 * a PostgreSQL cluster on which nobody else works; end-to-end tests kill services.
 */
const TIERS = [
  { name: 'unit', project: 'unit', files: '\\.spec\\.(ts|mjs)$', workers: 2 },
  {
    ...{ name: 'integration', project: 'integration', workers: 2 },
    files: '(?<!\\.cluster)\\.int-spec\\.ts$',
  },
  // A starting point waits for every transaction of the cluster, and VACUUM for the oldest snapshot.
  { name: 'cluster', project: 'integration', files: '\\.cluster\\.int-spec\\.ts$', workers: 1 },
  { name: 'end-to-end', project: 'integration', files: '\\.e2e-spec\\.ts$', workers: 1 },
];

const listFiles = ({ project, files }, patterns) =>
  spawnSync(NODE, [...JEST, '--selectProjects', project, '--listTests', ...patterns], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((line) => new RegExp(files).test(line));

let jest;

function runJest({ name, project, workers, paths }, env) {
  const outputFile = join(FOLDER, `${name}.json`);
  rmSync(outputFile, { force: true });
  const args = ['--selectProjects', project, '--maxWorkers', String(workers)];
  const report = ['--json', '--outputFile', outputFile, '--runTestsByPath'];
  return new Promise((resolve) => {
    jest = spawn(NODE, [...JEST, ...args, ...report, ...paths], {
      cwd: ROOT,
      env,
      // The JSON goes to stdout as well as to the file.
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    jest.on('close', () => {
      if (existsSync(outputFile)) resolve(JSON.parse(readFileSync(outputFile, 'utf8')));
      else resolve(NO_RESULT);
    });
  });
}

/** What stands for a run that ended without a report: one failure. */
const NO_RESULT = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numRuntimeErrorTestSuites: 1,
};

/** Where the servers come from: what they are told is the same. */
const STACKS = { embedded: '@lakeferry/stack', containers: '@lakeferry/containers' };
const STACK = process.env.LAKEFERRY_TEST_STACK ?? 'embedded';

async function withServers(body) {
  const { startTestStack } = await import(STACKS[STACK]);
  const stack = await startTestStack({ dataDir: join(FOLDER, 'stack'), say });
  try {
    return await body({ ...process.env, ...stack.env });
  } finally {
    await stack.stop();
    say('servers stopped');
  }
}

/** End-to-end tests start, kill and restart servers of their own, which are always the embedded ones. */
function tiersOfStack() {
  if (!Object.hasOwn(STACKS, STACK)) {
    throw new Error(`LAKEFERRY_TEST_STACK is ${Object.keys(STACKS).join(' or ')}, not ${STACK}`);
  }
  return STACK === 'embedded' ? TIERS : TIERS.filter(({ name }) => name !== 'end-to-end');
}

async function main(patterns) {
  mkdirSync(FOLDER, { recursive: true });
  const tiers = tiersOfStack().map((tier) => ({ ...tier, paths: listFiles(tier, patterns) }));
  const wanted = tiers.filter(({ paths }) => paths.length > 0);
  if (wanted.length === 0) throw new Error(`no test file matches ${patterns.join(' ')}`);
  const onServers = wanted.filter(({ project }) => project === 'integration');
  const results = [];
  const runTier = async (tier, env) => {
    say(`\n${tier.name} tests: ${tier.paths.length} files`);
    results.push(await runJest(tier, env));
  };
  for (const tier of wanted.filter(({ project }) => project === 'unit')) {
    await runTier(tier, process.env);
  }
  if (onServers.length > 0) {
    await withServers(async (env) => {
      for (const tier of onServers) await runTier(tier, env);
    });
  }
  const totals = addResults(results);
  say(`\n${verdictLine(totals)}`);
  return totals.failed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest?.kill('SIGTERM'));

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${error.stack ?? error}\n\n${verdictLine({ passed: 0, failed: 1 })}\n`);
    process.exit(1);
  },
);
