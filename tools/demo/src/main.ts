import { HELP, parseDemoArguments, type DemoOptions } from './demo-options.js';
import { FlightsDemo } from './flights-demo.js';

const EXIT_INTERRUPTED = 130;
const EXIT_USAGE = 64;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Ctrl-C stops everything in order, a second one hurries: servers end with this process anyway.
 *
 * @returns whether a signal has come; what fails from then on fails because of it
 */
function stopOnSignals(demo: FlightsDemo): () => boolean {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(EXIT_INTERRUPTED);
      stopping = true;
      say('\nstopping …');
      void demo.stop().finally(() => process.exit(EXIT_INTERRUPTED));
    });
  }
  return () => stopping;
}

async function run(options: DemoOptions): Promise<number> {
  const demo = new FlightsDemo(options, say);
  const isStopping = stopOnSignals(demo);
  try {
    const held = await demo.run();
    if (options.keep) {
      say('\nEverything keeps running; .lakeferry/demo/stack.json says where. Ctrl-C stops it.');
      say(demo.lastLine ?? '');
      await new Promise(() => setInterval(() => undefined, 60_000));
    }
    await demo.stop();
    say(`\nAll of it took ${demo.total()}.`);
    say(demo.lastLine ?? '');
    return held ? 0 : 1;
  } catch (error) {
    if (isStopping()) return await new Promise<never>(() => undefined);
    process.stderr.write(`\ndemo: ${error instanceof Error ? error.message : String(error)}\n`);
    await demo.stop();
    return 1;
  }
}

const request = parseDemoArguments(process.argv.slice(2));
switch (request.kind) {
  case 'run':
    process.exit(await run(request.options));
    break;
  case 'help':
    say(HELP);
    break;
  case 'refused':
    process.stderr.write(`demo: ${request.reason}\n`);
    process.exit(EXIT_USAGE);
    break;
  default:
    request satisfies never;
}
