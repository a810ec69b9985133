import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BenchResult } from './bench-result.js';
import { benchResults, writeBenchResult } from './results-file.js';
import { RESULT } from './testing/example-result.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('results on record', () => {
  it('are none before any experiment ran', () => {
    expect(benchResults(join(folder, 'results'))).toEqual([]);
  });

  it('are the newest of each experiment, in the order of the page', async () => {
    const results = join(folder, 'results');
    const newer: BenchResult = { ...RESULT, title: 'Again' };
    for (const each of [{ ...RESULT, experiment: 'files' as const }, RESULT, newer]) {
      await writeBenchResult(each, results);
    }
    expect(readdirSync(results)).toEqual(['base.json', 'files.json']);
    expect(benchResults(results)).toEqual([newer, { ...RESULT, experiment: 'files' }]);
  });

  it('have a row of a table and a run in few lines, for who compares them', async () => {
    const text = readFileSync(await writeBenchResult(RESULT, folder), 'utf8');
    expect(text).toContain('\n      "rows": [["Lakeferry", "56.9"]],\n');
    expect(text).toContain('"cpuSeconds": { "changefeed": 1, "encoder": 2 },\n');
    expect(text).toMatch(/\}\n$/);
  });

  it('are not written when they are not of the form', async () => {
    await expect(writeBenchResult({ ...RESULT, commit: 'HEAD' }, folder)).rejects.toThrow('commit');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of another experiment than the file are refused, by the name of the file', async () => {
    const file = await writeBenchResult(RESULT, folder);
    renameSync(file, join(folder, 'peer.json'));
    expect(() => benchResults(folder)).toThrow(/peer\.json is of base/);
  });
});
