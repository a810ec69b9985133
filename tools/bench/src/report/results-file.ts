import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import { EXPERIMENTS, parseBenchResult, type BenchResult } from './bench-result.js';
import { formatted } from './formatted.js';

/** One file for each experiment, `<experiment>.json`: of its newest run. */
export const RESULTS_FOLDER = join(CHECKOUT, 'bench', 'results');

/** @returns the file, which is written whole or not at all */
export async function writeBenchResult(
  result: BenchResult,
  folder = RESULTS_FOLDER,
): Promise<string> {
  const checked = parseBenchResult(result);
  const file = join(folder, `${checked.experiment}.json`);
  const content = await formatted(JSON.stringify(checked), file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
  return file;
}

/** Of those experiments that were run, in the order of the page. */
export function benchResults(folder = RESULTS_FOLDER): BenchResult[] {
  return EXPERIMENTS.flatMap((experiment) => {
    const file = join(folder, `${experiment}.json`);
    return existsSync(file) ? [readBenchResult(file, experiment)] : [];
  });
}

function readBenchResult(file: string, experiment: string): BenchResult {
  const result = inFile(file, () => parseBenchResult(JSON.parse(readFileSync(file, 'utf8'))));
  if (result.experiment !== experiment) throw new Error(`${file} is of ${result.experiment}`);
  return result;
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: ${reason}`, { cause: error });
  }
}
