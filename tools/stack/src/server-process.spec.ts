import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { commandLineOf, waitForEnd } from './process-table.js';
import { readServerRecord } from './server-record.js';
import { ServerProcess } from './server-process.js';

const END_MS_MAX = 10_000;
/** Stands for a server: says that it is there by a file, and stays. */
const SERVER = `
  require('node:fs').writeFileSync(process.argv[1], String(process.pid));
  setInterval(() => undefined, 1000);
`;

let folder: string;
let server: ServerProcess;

const options = (runDir: string) => ({
  name: 'fake',
  runDir,
  command: [process.execPath, '-e', SERVER, join(runDir, 'ready')],
  isReady: async () => existsSync(join(runDir, 'ready')),
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'server process '));
  server = new ServerProcess(options(folder));
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A process of its own that starts the server and stays until it is killed. */
async function startInAnotherProcess() {
  const program = `
    const { ServerProcess } = await import(process.argv[1]);
    const { existsSync } = await import('node:fs');
    const [, , runDir, ...command] = process.argv;
    const isReady = async () => existsSync(runDir + '/ready');
    await new ServerProcess({ name: 'fake', runDir, command, isReady }).start();
    process.stdout.write('started');
    setInterval(() => undefined, 1000);
  `;
  const compiled = new URL('../dist/server-process.js', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, compiled, folder, ...options(folder).command];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  const record = readServerRecord(join(folder, 'fake.pid'));
  if (record === undefined) throw new Error('no pid file');
  return { parent, record };
}

it('runs a server, and knows its pid and its log', async () => {
  await server.start();
  expect(server.pid).toBe(Number(readFileSync(join(folder, 'ready'), 'utf8')));
  expect(existsSync(server.logFile)).toBe(true);
  await server.stop();
  expect(server.isRunning).toBe(false);
  expect(server.pid).toBeUndefined();
});

it('starts again what was killed', async () => {
  await server.start();
  const before = server.pid;
  await server.kill();
  expect(server.isRunning).toBe(false);
  await server.start();
  expect(server.pid).not.toBe(before);
});

it('kills what has only just been started', async () => {
  const started = server.start().catch((error: unknown) => error);
  while (!server.isRunning) await setImmediate();
  await server.kill();
  expect(server.isRunning).toBe(false);
  expect(await started).toBeInstanceOf(Error);
});

it('tells when a server ends unasked, and only then', async () => {
  let ends = 0;
  server.onUnexpectedEnd = () => (ends += 1);
  await server.start();
  await server.restart();
  expect(ends).toBe(0);
  const ended = new Promise<void>((resolve) => (server.onUnexpectedEnd = resolve));
  server.signal('SIGKILL');
  await ended;
});

it('says what the log says when a server ends at its start', async () => {
  const broken = new ServerProcess({
    ...options(folder),
    command: [process.execPath, '-e', 'console.error("no such luck"); process.exit(3)'],
    isReady: async () => false,
  });
  await expect(broken.start()).rejects.toThrow(/fake ended at its start:\n.*no such luck/s);
});

it('ends a server whose parent was killed', async () => {
  const { parent, record } = await startInAnotherProcess();
  parent.kill('SIGKILL');
  expect(await waitForEnd(record.pid, END_MS_MAX)).toBe(true);
});

it('ends what outlived parent and guard before it starts', async () => {
  const { parent, record } = await startInAnotherProcess();
  process.kill(record.guardPid, 'SIGKILL');
  parent.kill('SIGKILL');
  await waitForEnd(record.guardPid, END_MS_MAX);
  expect(commandLineOf(record.pid)).toBeDefined();
  await server.start();
  expect(commandLineOf(record.pid)).toBeUndefined();
  expect(server.isRunning).toBe(true);
});

it('kills what the server has started with it', async () => {
  const program = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
    require('node:fs').writeFileSync(process.argv[1], String(child.pid));
    setInterval(() => undefined, 1000);
  `;
  const parent = new ServerProcess({
    ...options(folder),
    name: 'parent',
    command: [process.execPath, '-e', program, join(folder, 'ready')],
  });
  await parent.start();
  const child = Number(readFileSync(join(folder, 'ready'), 'utf8'));
  expect(commandLineOf(child)).toBeDefined();
  await parent.killAll();
  expect(parent.isRunning).toBe(false);
  expect(await waitForEnd(child, END_MS_MAX)).toBe(true);
});
