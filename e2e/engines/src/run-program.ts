import { spawn } from 'node:child_process';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; keys of the store never stand in its arguments. */
  readonly input: string;
}

const SHOWN_CHARACTERS = 4_000;

/**
 * Runs a program to its end.
 *
 * @returns what it wrote
 * @throws Error with the end of what it complained about when it fails
 */
export function runProgram({ command, args, cwd, env, input }: Program): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-SHOWN_CHARACTERS);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}:\n${complaint}`));
    });
    child.stdin.end(input);
  });
}
