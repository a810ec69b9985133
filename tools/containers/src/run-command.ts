import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { COMMAND_LOG } from './paths.js';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly output: string;
}

const TAIL_LINES = 25;
const MINUTES_MAX = 20;

/** Runs a command to its end, whatever that is; all it says is also kept in the log of commands. */
export function tryCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  mkdirSync(dirname(COMMAND_LOG), { recursive: true });
  const log = createWriteStream(COMMAND_LOG, { flags: 'a', mode: 0o600 });
  log.write(`\n$ ${command} ${args.join(' ')}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? MINUTES_MAX * 60_000,
    });
    let stdout = '';
    let output = '';
    const end = (code: number) => {
      log.end();
      resolve({ code, stdout, output });
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
      log.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      log.write(text);
    });
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Runs a command that must succeed.
 *
 * @returns what it wrote to standard output
 * @throws Error with the last lines it said
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, output } = await tryCommand(command, args, options);
  if (code === 0) return stdout;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Error(`"${command} ${args.join(' ')}" ended with code ${code}:\n${tail}`);
}
