import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LAKEFERRY_HOME } from './checkout.js';

const run = promisify(execFile);

/** The version of DuckDB that `@duckdb/node-api` is built on. */
const DUCKDB_VERSION = '1.5.5';

/**
 * DuckDB's extension that reads S3, out of its Python wheel.
 *
 * @returns the file to LOAD, or null where pip is missing: then DuckDB installs it by itself, which
 *   needs a way to its extension server
 */
export async function installHttpfs(say: (line: string) => void): Promise<string | null> {
  const folder = join(LAKEFERRY_HOME, 'duckdb', DUCKDB_VERSION);
  const file = join(folder, 'httpfs.duckdb_extension');
  if (existsSync(file)) return file;
  say("installing DuckDB's S3 reader (pip)");
  const work = `${folder}.partial-${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  mkdirSync(folder, { recursive: true });
  try {
    const wheel = `duckdb-extension-httpfs==${DUCKDB_VERSION}`;
    const quiet = ['--no-deps', '--quiet', '--disable-pip-version-check'];
    await run('python3', ['-m', 'pip', 'download', ...quiet, '-d', work, wheel]);
    const name = readdirSync(work).find((entry) => entry.endsWith('.whl'));
    if (name === undefined) return null;
    await run('python3', ['-m', 'zipfile', '-e', join(work, name), work]);
    const extension = findFile(work, '.duckdb_extension');
    if (extension === null) return null;
    renameSync(extension, file);
    return file;
  } catch {
    say('pip could not bring it; DuckDB will try to install it by itself');
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function findFile(folder: string, ending: string): string | null {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = entries.find((entry) => entry.endsWith(ending));
  return found === undefined ? null : join(folder, found);
}
