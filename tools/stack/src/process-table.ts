import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { commandOutput } from './command-output.js';

const POLL_MS = 50;

/** What a process was started as, with blanks between arguments; undefined when there is no such process. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (existsSync('/proc/self/cmdline')) {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? undefined : text.replaceAll('\0', ' ').trim();
  }
  const { code, output } = await commandOutput('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return code === 0 ? output.trim() : undefined;
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a process that is no child of this one: asks first, kills what has not gone by then. */
export async function endProcess(
  pid: number,
  options: { readonly signal: NodeJS.Signals; readonly msMax: number },
): Promise<void> {
  const deadlineMs = performance.now() + options.msMax;
  signalProcess(pid, options.signal);
  while ((await commandLineOf(pid)) !== undefined) {
    if (performance.now() > deadlineMs) signalProcess(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
