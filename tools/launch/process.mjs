/** Child processes, seen from a person at a terminal: one line each, all output only on failure. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;
const LOG_FOLDER = join(ROOT, '.lakeferry', 'logs');

export const seconds = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
export const say = (line) => process.stdout.write(`${line}\n`);

/** Everything a child says, its exit code, and how long it took. */
export function run(command, args, { env = process.env } = {}) {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output, took: seconds(startMs) }));
  });
}

/** Runs a step that must succeed; its output goes to a file, and to the terminal when it fails. */
export async function runQuietly({ title, name, command, args, env }) {
  say(`${title} …`);
  const { code, output, took } = await run(command, args, { env });
  mkdirSync(LOG_FOLDER, { recursive: true });
  writeFileSync(join(LOG_FOLDER, `${name}.txt`), output);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Error(`${title.toLowerCase()} failed (exit code ${code}); see above.`);
  }
  say(`${title} … ${took}`);
}

/**
 * The environment without node_modules/.bin in PATH: npm puts it there, and its `node` vanishes while
 * packages are being installed.
 */
export function outerEnv(extra) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs a program on Node 24 in this terminal. Ctrl-C reaches the whole group by itself, so SIGINT is
 * only waited out here; SIGTERM is passed on. The program ends with this process, and this one with npm.
 */
export function handOver(entry, args) {
  return new Promise((resolve, reject) => {
    const preload = ['--enable-source-maps', '--import', END_WITH_PARENT];
    const child = spawn(NODE, [...preload, entry, ...args], { cwd: ROOT, stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    const startedByNpm = process.env.npm_lifecycle_event !== undefined;
    if (startedByNpm) import(END_WITH_PARENT).catch(reject);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
