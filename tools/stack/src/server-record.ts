import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commandLineOf, signalProcess, waitForEnd } from './process-table.js';

/** What the pid file of a server says. */
export interface ServerRecord {
  readonly pid: number;
  /** The process that ends the server when its parent is gone. */
  readonly guardPid: number;
  /** What the server was started as, perhaps through another program that became it. */
  readonly command: string;
  readonly stopSignal: NodeJS.Signals;
}

const END_MS_MAX = 20_000;

export function writeServerRecord(pidFile: string, record: ServerRecord): void {
  writeFileSync(pidFile, JSON.stringify(record));
}

export function readServerRecord(pidFile: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Ends a server that outlived a crash of everything around it. A process that only has got its number
 * since then is left alone.
 */
export async function endStaleServer(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const record = readServerRecord(pidFile);
  if (record !== undefined && isStillRunning(record)) {
    signalProcess(record.pid, record.stopSignal);
    if (!(await waitForEnd(record.pid, END_MS_MAX))) {
      signalProcess(record.pid, 'SIGKILL');
      await waitForEnd(record.pid, END_MS_MAX);
    }
  }
  // Its guard removes the file when it ends; by then it must not be a successor's.
  if (record !== undefined && commandLineOf(record.guardPid)?.includes(pidFile) === true) {
    await waitForEnd(record.guardPid, END_MS_MAX);
  }
  rmSync(pidFile, { force: true });
}

function isStillRunning({ pid, command }: ServerRecord): boolean {
  const commandLine = commandLineOf(pid);
  return commandLine !== undefined && command.endsWith(commandLine);
}
