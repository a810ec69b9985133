import { relative } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import { deliverOnce } from './deliver-once.js';
import { stopEngine } from './engine.js';
import { HELP, parseArguments } from './options.js';
import { SETTINGS_FILE } from './paths.js';
import { prepareContainers } from './prepare.js';
import { say } from './progress.js';

async function main(args: readonly string[]): Promise<void> {
  const action = parseArguments(args);
  switch (action) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'prepare':
      await prepareContainers();
      say(`Ready; engine and images are named in ${relative(CHECKOUT, SETTINGS_FILE)}`);
      return;
    case 'deliver':
      await deliverOnce(await prepareContainers());
      return;
    case 'down':
      await stopEngine();
      return;
    default:
      action satisfies never;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`containers: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
