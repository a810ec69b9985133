import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from './process-table.js';

interface LockOwner {
  readonly pid: number;
  readonly commandLine: string;
}

const ATTEMPTS_MAX = 5;

/**
 * One owner per data folder. An owner that was killed leaves its file behind: it counts for nothing when
 * no process of that number, started in that way, runs.
 *
 * @returns what gives the folder up
 * @throws Error naming the process that has the folder
 */
export function lockDataFolder(dataDir: string): () => void {
  const path = join(dataDir, 'owner.json');
  const commandLine = commandLineOf(process.pid) ?? '';
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (writeNew(path, JSON.stringify({ pid: process.pid, commandLine }))) {
      return () => rmSync(path, { force: true });
    }
    const owner = readOwner(path);
    if (owner !== undefined && commandLineOf(owner.pid) === owner.commandLine) {
      throw new Error(
        `a stack with this data folder is running already (process ${owner.pid}): ` +
          'stop it first, or use another folder with --data DIR',
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(`${path} keeps coming back: another stack is starting on this folder`);
}

function readOwner(path: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}

function writeNew(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
