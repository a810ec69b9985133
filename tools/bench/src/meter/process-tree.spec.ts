import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { forgetPeak, parseStat, peakMiB, readTrees, treeOf } from './process-tree.js';

test('CPU seconds are those of the process and of its ended children, whatever its name', () => {
  const line = '77 (a) b (c)) S 12 77 77 0 -1 4194304 1 2 3 4 150 50 25 75 20 0 9 0 100 200 300';
  expect(parseStat(line)).toEqual({ parent: 12, cpuSeconds: 3 });
});

test('a tree is a process with all its descendants', () => {
  const parents = new Map([
    [2, 1],
    [3, 2],
    [4, 1],
    [5, 9],
    [6, 3],
  ]);
  expect(treeOf(2, parents).sort()).toEqual([2, 3, 6]);
  expect(treeOf(7, parents)).toEqual([7]);
});

test('a process that works uses CPU and memory, and what it held once can be forgotten', async () => {
  const script = `
    let held = Buffer.alloc(96 * 1024 * 1024, 1);
    const end = Date.now() + 400;
    while (Date.now() < end);
    console.log('worked');
    process.stdin.once('data', () => { held = null; gc(); console.log('freed'); });`;
  const child = spawn(process.execPath, ['--expose-gc', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const pid = child.pid ?? Number.NaN;
    await once(child.stdout, 'data');
    const [use] = readTrees([pid]);
    expect(use?.cpuSeconds).toBeGreaterThan(0.1);
    expect(use?.memoryMiB).toBeGreaterThan(96);
    expect(peakMiB(pid)).toBeGreaterThan(96);
    child.stdin.write('free');
    await once(child.stdout, 'data');
    forgetPeak(pid);
    expect(peakMiB(pid)).toBeLessThan(96);
    // This process has it as a child.
    expect(readTrees([process.pid])[0]?.memoryMiB).toBeGreaterThan(
      readTrees([pid])[0]?.memoryMiB ?? NaN,
    );
  } finally {
    child.kill('SIGKILL');
  }
});

test('a process that is gone uses nothing', () => {
  expect(readTrees([2 ** 22 + 1])).toEqual([{ cpuSeconds: 0, memoryMiB: 0 }]);
  expect(peakMiB(2 ** 22 + 1)).toBe(0);
});
