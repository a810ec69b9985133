import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT, installPom, LAKEFERRY_HOME } from '@lakeferry/stack';

const run = promisify(execFile);

export const ENGINES_FOLDER = join(CHECKOUT, 'e2e', 'engines');
/** What a run writes. */
export const ENGINES_HOME = join(LAKEFERRY_HOME, 'engines');
const OUTPUT_MAX = 64 * 1024 * 1024;

/** Spark in a Python environment, with a way to S3. */
export interface InstalledSpark {
  readonly python: string;
  /** Folder with Hadoop's S3 file system. */
  readonly hadoopJars: string;
}

/** Engines that are no part of the product: Spark and ClickHouse in a Python environment, jars of Maven. */
export interface InstalledEngines extends InstalledSpark {
  /** Folder with Trino's parser. */
  readonly trinoJars: string;
}

export async function installEngines(say: (line: string) => void): Promise<InstalledEngines> {
  const pom = pomOf('trino-parser');
  return {
    ...(await installSpark(say)),
    trinoJars: await installPom({ name: 'trino-parser', title: "Trino's parser", pom, say }),
  };
}

export async function installSpark(say: (line: string) => void): Promise<InstalledSpark> {
  const pom = pomOf('hadoop-s3');
  return {
    hadoopJars: await installPom({
      ...{ name: 'hadoop-s3', title: "Hadoop's S3 file system", pom, say },
    }),
    python: await installPython(say),
  };
}

function pomOf(name: string): string {
  return join(ENGINES_FOLDER, 'poms', `${name}.xml`);
}

/** A virtual environment with the pinned packages, once; an interrupted one is made again. */
async function installPython(say: (line: string) => void): Promise<string> {
  const requirements = join(ENGINES_FOLDER, 'python', 'requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = join(LAKEFERRY_HOME, 'python', 'engines');
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return python;
  say('installing Spark and ClickHouse (pip; some 600 MB)');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-cache-dir'];
  await run(python, ['-m', 'pip', 'install', ...quiet, '-r', requirements], {
    maxBuffer: OUTPUT_MAX,
  });
  const partial = `${stamp}.partial`;
  writeFileSync(partial, digest);
  renameSync(partial, stamp);
  return python;
}
