import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Failpoint, FailpointOrder } from '@lakeferry/runtime/failpoint';
import { eventually } from '@lakeferry/testing';
import { EncoderHarness } from './testing/encoder-harness.js';

jest.setTimeout(90_000);

const ARMED = ['--conditions=lakeferry-failpoints'];

let task: EncoderHarness;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'failpoints-'));
  task = await EncoderHarness.open({ fileAgeSecondsMax: 0.3 });
  await task.publishPlan();
  await task.want('active');
});
afterEach(async () => {
  await task[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  expect(task.crashes).toEqual([]);
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);
const rowsOf = (from: number, to: number) => range(from, to).map((id) => ({ id }));

function arm(name: Failpoint, order: FailpointOrder): void {
  writeFileSync(join(folder, `${name}.new`), order);
  renameSync(join(folder, `${name}.new`), join(folder, name));
}
const isHit = (name: Failpoint) => existsSync(join(folder, `${name}.hit`));

describe('an encoder in a process of its own', () => {
  test.each<Failpoint>([
    'encoder.between-files',
    'encoder.before-commit',
    'kafka.before-offsets',
    'kafka.before-commit',
    'kafka.after-commit',
    'encoder.after-commit',
  ])('delivers every row once when it is killed at %s', async (name) => {
    const victim = task.spawnEncoder({ flags: ARMED, failpoints: folder });
    const exited = once(victim, 'exit');
    await task.rows(0, rowsOf(0, 50));
    await task.files(50);
    arm(name, 'kill');
    await task.rows(0, rowsOf(50, 100));
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(isHit(name)).toBe(true);
    await task.startEncoder();
    await task.rows(0, rowsOf(100, 150));
    expect(await task.ids(150)).toEqual(range(0, 150));
  });

  test('commits nothing any more once it wakes up in the middle of a transaction', async () => {
    const zombie = task.spawnEncoder({ flags: ARMED, failpoints: folder });
    await task.rows(0, rowsOf(0, 50));
    await task.files(50);
    arm('kafka.before-commit', 'stop');
    await task.rows(0, rowsOf(50, 100));
    await eventually(() => isHit('kafka.before-commit'));
    await task.startEncoder();
    await task.files(100);
    zombie.kill('SIGCONT');
    for (let from = 100; from < 200; from += 20) {
      await task.rows(0, rowsOf(from, from + 20));
      await task.files(from + 20);
    }
    expect(await task.ids(200)).toEqual(range(0, 200));
    expect(zombie.exitCode).toBeNull();
  });

  test('passes every failpoint without the package condition, whatever the environment says', async () => {
    const encoder = task.spawnEncoder({ failpoints: folder });
    arm('kafka.before-commit', 'kill');
    await task.rows(0, rowsOf(0, 50));
    expect(await task.ids(50)).toEqual(range(0, 50));
    expect(encoder.exitCode).toBeNull();
    expect(isHit('kafka.before-commit')).toBe(false);
  });
});
