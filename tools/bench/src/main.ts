import { HELP, parseBenchArguments, type LatencyOptions } from './bench-options.js';
import { LatencyBench } from './latency-bench.js';

const EXIT_INTERRUPTED = 130;
const EXIT_USAGE = 64;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function run(options: LatencyOptions): Promise<number> {
  const bench = new LatencyBench(options, say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.stop().finally(() => process.exit(EXIT_INTERRUPTED)));
  }
  try {
    await bench.run();
    return 0;
  } catch (error) {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await bench.stop();
  }
}

const request = parseBenchArguments(process.argv.slice(2));
switch (request.kind) {
  case 'latency':
    process.exit(await run(request.options));
    break;
  case 'help':
    say(HELP);
    break;
  case 'refused':
    process.stderr.write(`bench: ${request.reason}\n`);
    process.exit(EXIT_USAGE);
    break;
  default:
    request satisfies never;
}
