import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FailpointFolder } from '@lakeferry/stack';
import { strikeAtFailpoint } from './failpoint-faults.js';
import type { RunningRound } from './running-round.js';

const POINT = 'writer.after-put';
/** No process has it. */
const PID = 2 ** 30;

let folder: string;
let ends: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failpoints-'));
  ends = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function strike(forMs: number): Promise<'missed' | undefined> {
  const system = { failpoints: () => new FailpointFolder(folder), expectEnd: () => (ends += 1) };
  const { signal } = new AbortController();
  const round = { system, signal, note: () => undefined } as unknown as RunningRound;
  const where = { service: 'writer', point: POINT } as const;
  return strikeAtFailpoint(round, {
    ...{ kind: 'failpoint', ...where, order: 'kill', forMs, stoppedMs: 0 },
  });
}

const file = () => join(folder, POINT);

/** As a process does it: the order is gone before it is told who obeys. */
async function obey(tellsAfterMs: number): Promise<void> {
  renameSync(file(), `${file()}.${PID}`);
  await sleep(tellsAfterMs);
  writeFileSync(`${file()}.${PID}`, JSON.stringify({ pid: PID, order: 'kill', at: '' }));
  renameSync(`${file()}.${PID}`, `${file()}.hit`);
}

test('nobody reaches the point: missed, and nobody will obey the order later', async () => {
  expect(await strike(60)).toBe('missed');
  expect(existsSync(file())).toBe(false);
  expect(ends).toBe(0);
});

test('a process that reaches it is struck', async () => {
  const struck = strike(20_000);
  await obey(0);
  expect(await struck).toBeUndefined();
  expect(ends).toBe(1);
});

test('a process that reaches it at the last moment is struck too', async () => {
  const struck = strike(60);
  await obey(300);
  expect(await struck).toBeUndefined();
  expect(ends).toBe(1);
});
