import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FailpointHit, FailpointOrder } from './failpoint-order.js';

const PROGRAM = new URL('../../dist/testing/failpoint-program.js', import.meta.url).pathname;
const NAME = 'kafka.after-commit';
const ALL = ['passed 1', 'passed 2', 'passed 3'];

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly said: readonly string[];
}

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failpoints-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const order = (text: FailpointOrder) => writeFileSync(join(folder, NAME), text);

function hit(): FailpointHit | undefined {
  const file = join(folder, `${NAME}.hit`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FailpointHit) : undefined;
}

/** What was compiled, as the services run it. */
function start(flags = ['--conditions=lakeferry-failpoints']) {
  const child = spawn(process.execPath, [...flags, PROGRAM], {
    env: { ...process.env, LAKEFERRY_FAILPOINTS: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (_code, signal) =>
      resolve({ signal, said: said.split('\n').filter((line) => line !== '') }),
    );
  });
  return { pid: child.pid ?? 0, child, ended };
}

/** The test's own time is the limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(20);
}

const isStopped = (pid: number) =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');

describe('a process that reaches a failpoint', () => {
  it.each([
    ['kill', []],
    ['kill after 3', ['passed 1', 'passed 2']],
  ] as const)('dies by SIGKILL there: %s', async (text, said) => {
    order(text);
    const { pid, ended } = start();
    expect(await ended).toEqual({ signal: 'SIGKILL', said });
    expect(hit()).toMatchObject({ pid, order: text });
  });

  it('stops there, and goes on when it is continued', async () => {
    order('stop after 2');
    const { pid, child, ended } = start();
    await until(() => hit() !== undefined && isStopped(pid));
    child.kill('SIGCONT');
    expect(await ended).toEqual({ signal: null, said: ALL });
  });

  it('fails there with a passing error', async () => {
    order('error after 2');
    const said = ['passed 1', 'KAFKA_UNAVAILABLE 2', 'passed 3'];
    expect(await start().ended).toEqual({ signal: null, said });
  });

  it('waits there', async () => {
    order('sleep 600000 after 3');
    const { child, ended } = start();
    await until(() => hit() !== undefined);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ signal: 'SIGTERM', said: ['passed 1', 'passed 2'] });
  });

  it('is the only one that obeys', async () => {
    order('kill');
    const all = await Promise.all([start(), start(), start()].map(({ ended }) => ended));
    expect(all.map(({ signal }) => signal).filter((signal) => signal !== null)).toEqual([
      'SIGKILL',
    ]);
    expect(all.filter(({ said }) => said.length === 3)).toHaveLength(2);
  });

  it('passes where nothing is ordered', async () => {
    expect(await start().ended).toEqual({ signal: null, said: ALL });
  });

  it('passes without the package condition, whatever the environment says', async () => {
    order('kill');
    expect(await start([]).ended).toEqual({ signal: null, said: ALL });
    expect(hit()).toBeUndefined();
  });
});
