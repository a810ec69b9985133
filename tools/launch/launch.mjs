#!/usr/bin/env node
/**
 * The way into the repository: every npm script is one command of this program. It needs nothing but
 * Node 20, installs and builds what is missing, and hands over to Node 24 of node_modules.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, installPackages } from './prepare.mjs';
import { missingPrerequisites } from './prerequisites.mjs';
import { ROOT, handOver, say } from './process.mjs';
import { stripBuild } from './strip-failpoints.mjs';
import { verify } from './verify.mjs';

/** `entry` is what Node 24 runs when everything is built, `first` before the
 * other arguments; `needs` beyond Node and npm; `helps` when it has a help of its own. */
const COMMANDS = {
  start: {
    about: 'starts servers and services, and keeps them until Ctrl-C',
    usage: 'npm start [-- --data DIR]',
    needs: ['java', 'maven'],
    entry: 'tools/stack/dist/start.js',
    helps: true,
  },
  demo: {
    about: 'delivers three million flights while they change, and checks every one',
    usage: 'npm run demo',
    needs: ['java', 'maven'],
    entry: 'tools/demo/dist/main.js',
    helps: true,
  },
  test: {
    about: 'runs unit, integration and end-to-end tests against real servers',
    usage: 'npm test [-- PATTERN]    PATTERN narrows to test files whose path contains it',
    needs: ['java', 'maven'],
    entry: 'tools/launch/test-run.mjs',
  },
  engines: {
    about:
      'runs the statements of the external tables in Hive, Spark, DuckDB, ClickHouse and Trino',
    usage: 'npm run test:engines',
    needs: ['jdk', 'maven', 'python'],
    entry: 'e2e/engines/dist/main.js',
  },
  build: {
    about: 'installs packages, generates code, compiles; for what ships, leaves failpoints out',
    usage: 'npm run build [-- --production]',
    needs: [],
  },
  verify: {
    about: 'checks format, lint, types and tidiness, and runs the unit tests',
    usage: 'npm run verify',
    needs: [],
  },
  bench: {
    about: 'measures speed and cost beside what PostgreSQL alone can give',
    usage: 'npm run bench [-- EXPERIMENT …] [--rounds N] [--scale SHARE] [--help]',
    needs: ['java', 'maven'],
    entry: 'tools/bench/dist/main.js',
    helps: true,
  },
  'bench:peer': {
    about: 'measures the same tables with Debezium in Kafka Connect and Spark, in turns with ours',
    usage: 'npm run bench:peer [-- --rounds N] [--scale SHARE]',
    needs: ['jdk', 'maven', 'python'],
    entry: 'tools/bench/dist/main.js',
    helps: true,
    first: ['peer'],
  },
  chaos: {
    about: 'breaks services and servers while rows are delivered, and checks every row version',
    usage: 'npm run chaos -- [--rounds N] [--seed S] [--scenario NAME] [--list] [--help]',
    needs: ['java', 'maven'],
    entry: 'e2e/chaos/dist/main.js',
    helps: true,
  },
  containers: {
    about: 'prepares a container engine and images; delivers one table with docker compose',
    usage: 'npm run containers [-- --deliver | --down]',
    needs: [],
    entry: 'tools/containers/dist/main.js',
  },
};

function usage() {
  const lines = Object.values(COMMANDS).map(({ usage, about }) => `  ${usage}\n      ${about}`);
  return `Usage:\n${lines.join('\n')}\n`;
}

function refuse(sentence) {
  process.stderr.write(`lakeferry: ${sentence}\n`);
  process.exit(1);
}

async function main([name, ...args]) {
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(usage());
    return name === undefined ? 1 : 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) refuse(`there is no command "${name}".\n${usage()}`);
  const command = COMMANDS[name];
  if (args.includes('--help') || args.includes('-h')) {
    const entry = join(ROOT, command.entry ?? '');
    // A program tells more about itself, when it is there to be asked.
    if (command.helps && existsSync(entry)) return handOver(entry, ['--help']);
    process.stdout.write(`${command.usage}\n    ${command.about}\n`);
    return 0;
  }
  const isProduction = name === 'build' && args[0] === '--production';
  if (name === 'build' && args.length > (isProduction ? 1 : 0)) {
    refuse(`"build" does not know ${args.join(' ')}.\n    ${command.usage}`);
  }
  const missing = missingPrerequisites(['node', 'npm', 'checkout', ...command.needs]);
  if (missing.length > 0) refuse(missing.join('\nlakeferry: '));
  await installPackages();
  if (name === 'verify') return verify();
  await build();
  if (isProduction) say(`Left failpoints out of ${stripBuild(ROOT)} files`);
  if (command.entry === undefined) return 0;
  if (!existsSync(join(ROOT, command.entry))) refuse(`${command.entry} was not built.`);
  return handOver(join(ROOT, command.entry), [...(command.first ?? []), ...args]);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => refuse(error instanceof Error ? error.message : String(error)),
);
