import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly uid?: number;
}

/** Runs a command to its end; a command that does not exist is an exit code of 127. */
export function commandOutput(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
