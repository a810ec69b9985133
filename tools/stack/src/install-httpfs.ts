import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SHARED_FOLDER } from './checkout.js';
import { commandOutput } from './command-output.js';

/** The release of DuckDB in node_modules: an extension is of exactly one. */
const DUCKDB_VERSION = '1.5.5';
const FILE_NAME = 'httpfs.duckdb_extension';

/**
 * How DuckDB gets its S3 reader: a statement that makes it ready in a new instance.
 *
 * The binary comes from a Python wheel, which a package mirror has; where there is no pip, DuckDB
 * fetches the extension by itself.
 */
export interface Httpfs {
  /** Path of the extension, or null where DuckDB has to fetch it. */
  readonly path: string | null;
  readonly loadStatement: string;
}

/** Keeps the extension in the checkout; asks Python's package index once. */
export async function installHttpfs(
  log: (line: string) => void = () => undefined,
): Promise<Httpfs> {
  const folder = join(
    SHARED_FOLDER,
    'duckdb',
    `${DUCKDB_VERSION}-${process.platform}-${process.arch}`,
  );
  const path = join(folder, FILE_NAME);
  if (!existsSync(path)) {
    log('Fetching the S3 reader of DuckDB …');
    const problem = await fetchWheel(folder, path);
    if (problem !== undefined) {
      log(`No S3 reader from Python's package index (${problem}); DuckDB will fetch its own.`);
      return { path: null, loadStatement: 'INSTALL httpfs; LOAD httpfs' };
    }
  }
  return { path, loadStatement: `LOAD '${path.replaceAll("'", "''")}'` };
}

async function fetchWheel(folder: string, path: string): Promise<string | undefined> {
  const partial = join(folder, `.${randomUUID()}`);
  await mkdir(partial, { recursive: true });
  try {
    const wheel = `duckdb-extension-httpfs==${DUCKDB_VERSION}`;
    const pip = ['-m', 'pip', '--disable-pip-version-check', 'download', '-q', '--no-deps'];
    const download = await commandOutput('python3', [...pip, '-d', partial, wheel]);
    if (download.code !== 0) return lastLine(download.output);
    const file = (await readdir(partial)).find((name) => name.endsWith('.whl'));
    if (file === undefined) return 'no wheel';
    const unpack = ['-m', 'zipfile', '-e', join(partial, file), partial];
    const unpacked = await commandOutput('python3', unpack);
    if (unpacked.code !== 0) return lastLine(unpacked.output);
    const members = await readdir(partial, { recursive: true });
    const member = members.find((name) => name.endsWith(FILE_NAME));
    if (member === undefined) return `no ${FILE_NAME} in the wheel`;
    await rename(join(partial, member), path);
    return undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';
