import { HELP, parseChaosArguments } from './chaos-options.js';
import { ChaosRun } from './chaos-run.js';
import { SCENARIOS } from './plan/scenarios.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
const EXIT_INTERRUPTED = 130;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function listScenarios(): void {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  for (const { name, about } of SCENARIOS) say(`${name.padEnd(width)}  ${about}`);
}

async function main(): Promise<number> {
  const names = SCENARIOS.map(({ name }) => name);
  const request = parseChaosArguments(process.argv.slice(2), names);
  switch (request.kind) {
    case 'run': {
      const run = new ChaosRun(request.options, say);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => void run.stop().finally(() => process.exit(EXIT_INTERRUPTED)));
      }
      return (await run.rounds()) ? 0 : EXIT_FAILED;
    }
    case 'list':
      listScenarios();
      return 0;
    case 'help':
      say(HELP);
      return 0;
    case 'refused':
      process.stderr.write(`chaos: ${request.reason}\n`);
      return EXIT_USAGE;
    default:
      return request satisfies never;
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`chaos: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(EXIT_FAILED);
  },
);
