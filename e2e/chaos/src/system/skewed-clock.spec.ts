import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHECKOUT } from '@lakeferry/stack';

const HOUR_MS = 3_600_000;
/** Node takes types out by itself. */
const PRELOADED = join(CHECKOUT, 'e2e', 'chaos', 'src', 'system', 'skewed-clock.ts');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a process prints whose clock is off by so much, or whose clock file is missing. */
function told(byMs: number | null, script: string): unknown {
  const file = join(folder, 'clock');
  rmSync(file, { force: true });
  if (byMs !== null) writeFileSync(file, String(byMs));
  const preload = ['--no-warnings', '--import', PRELOADED];
  const out = execFileSync(process.execPath, [...preload, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { CHAOS_CLOCK_FILE: file },
  });
  return JSON.parse(out);
}

const READINGS = `
  const told = [Date.now(), +new Date(), Date.parse(Date()), performance.timeOrigin + performance.now()];
  console.log(JSON.stringify(told));
`;

test.each([-26, -0.75, 5])('every reading of the time is off by %d hours', (hours) => {
  const readings = told(hours * HOUR_MS, READINGS) as number[];
  for (const reading of readings) {
    expect(Math.abs(reading - Date.now() - hours * HOUR_MS)).toBeLessThan(60_000);
  }
});

test('the time is right without a file', () => {
  const readings = told(null, READINGS) as number[];
  for (const reading of readings) expect(Math.abs(reading - Date.now())).toBeLessThan(60_000);
});

test('dates that are named are what they were', () => {
  const script = `
    const date = new Date(0);
    console.log(JSON.stringify([
      date.getTime(), date instanceof Date, structuredClone(date) instanceof Date,
      Date.UTC(2020), new Date(2020, 1, 3).getFullYear(), Date.parse('1970-01-02T00:00:00Z'),
    ]));
  `;
  expect(told(5 * HOUR_MS, script)).toEqual([0, true, true, 1_577_836_800_000, 2020, 86_400_000]);
});

test('a clock that is set while the process runs moves `Date` and not the time that passes', () => {
  const script = `
    import { writeFileSync } from 'node:fs';
    const read = () => [Date.now(), performance.timeOrigin + performance.now()];
    const before = read();
    writeFileSync(process.env.CHAOS_CLOCK_FILE, '${-3 * HOUR_MS}');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const after = read();
    console.log(JSON.stringify(after.map((reading, at) => Math.round((reading - before[at]) / 60_000))));
  `;
  expect(told(0, script)).toEqual([-180, 0]);
});

test('worker threads have the same clock', () => {
  const script = `
    import { Worker } from 'node:worker_threads';
    const inside = "import { parentPort } from 'node:worker_threads'; parentPort.postMessage(Date.now());";
    new Worker(inside, { eval: true }).once('message', (at) => console.log(at));
  `;
  const reading = told(5 * HOUR_MS, script) as number;
  expect(Math.abs(reading - Date.now() - 5 * HOUR_MS)).toBeLessThan(60_000);
});
