import { relative } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import { BenchSystem } from './bench-system.js';
import { benchHelp, parseBenchArguments, type ExperimentsOptions } from './bench-options.js';
import { PEER } from './experiments/peer.js';
import { ALL_EXPERIMENTS } from './experiments/experiments.js';
import { latencyLines, measureLatency } from './experiments/latency.js';
import type { LatencyLoad } from './experiments/latency-run.js';
import { parseBenchResult } from './report/bench-result.js';
import { ratioLines } from './report/rate-report.js';
import { writeBenchResult } from './report/results-file.js';
import { checkoutCommit, thisMachine } from './report/where-it-ran.js';
import { writePage } from './report/write-page.js';

const EXIT_INTERRUPTED = 130;
const EXIT_USAGE = 64;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Each experiment has servers of its own: none begins with what another has left. */
async function runExperiments(options: ExperimentsOptions): Promise<void> {
  const { names, rounds, scale, isRecorded } = options;
  const chosen = ALL_EXPERIMENTS.filter(({ name }) => names.includes(name));
  for (const experiment of chosen) {
    say(`\n${experiment.title}: ${experiment.about}`);
    await using system = await BenchSystem.open({ say });
    stopOnSignals(system);
    const findings = await experiment.run({ system, rounds, scale, say });
    const result = parseBenchResult({
      ...{ experiment: experiment.name, title: experiment.title, ...findings },
      ...{ command: commandOf(experiment.name), at: new Date().toISOString() },
      ...{ commit: checkoutCommit(), machine: thisMachine() },
    });
    for (const line of ratioLines(result)) say(line);
    if (!isRecorded) continue;
    const file = await writeBenchResult(result);
    say(`  recorded in ${relative(CHECKOUT, file)}`);
  }
  if (isRecorded) say(`\nTables and pictures: ${relative(CHECKOUT, await writePage())}`);
  else say('\nA trial: nothing is recorded.');
}

function commandOf(name: string): string {
  return name === PEER.name ? 'npm run bench:peer' : `npm run bench -- ${name}`;
}

async function runLoad(load: LatencyLoad): Promise<void> {
  await using system = await BenchSystem.open({ say });
  stopOnSignals(system);
  for (const line of latencyLines(load, await measureLatency(system, load))) say(line);
}

/** Ctrl-C stops what runs; servers end with this process anyway. */
function stopOnSignals(system: BenchSystem): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      void system[Symbol.asyncDispose]().finally(() => process.exit(EXIT_INTERRUPTED));
    });
  }
}

async function reported(run: Promise<void>): Promise<number> {
  try {
    await run;
    return 0;
  } catch (error) {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

const request = parseBenchArguments(process.argv.slice(2), ALL_EXPERIMENTS);
switch (request.kind) {
  case 'experiments':
    process.exit(await reported(runExperiments(request.options)));
    break;
  case 'latency':
    process.exit(await reported(runLoad(request.load)));
    break;
  case 'help':
    say(benchHelp(ALL_EXPERIMENTS));
    break;
  case 'refused':
    process.stderr.write(`bench: ${request.reason}; see --help\n`);
    process.exit(EXIT_USAGE);
    break;
  default:
    request satisfies never;
}
