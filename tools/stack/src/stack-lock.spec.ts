import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { lockDataFolder } from './stack-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives a folder to one owner at a time', () => {
  const unlock = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(
    new RegExp(`running already \\(process ${process.pid}\\)`),
  );
  unlock();
  lockDataFolder(folder)();
});

it.each([
  [
    'whose number another program has now',
    JSON.stringify({ pid: 1, commandLine: 'node start.js' }),
  ],
  ['that is gone', JSON.stringify({ pid: 2 ** 22 + 1, commandLine: 'node start.js' })],
  ['that was killed while it wrote', '{"pid":'],
])('takes it from an owner %s', (_name, content) => {
  writeFileSync(join(folder, 'owner.json'), content);
  lockDataFolder(folder)();
});
