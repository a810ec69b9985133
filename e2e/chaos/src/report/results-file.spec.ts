import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RecordedRound, recordedRounds, recordRound } from './results-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const round = (seed: number, more: Partial<RecordedRound> = {}): RecordedRound => ({
  ...{ commit: 'abc', seed, scenario: 'kill', verdict: 'held', faults: [], tasks: 1 },
  ...{ transactions: 1, versions: 1, objects: 1, lost: 0, doubled: 0, torn: 0, misplaced: 0 },
  ...{ other: 0, unexpectedEnds: 0, seconds: 1, notes: [] },
  ...more,
});

test('a line for each round, the newest of the same one on the same commit', () => {
  const file = join(folder, 'chaos', 'results.jsonl');
  expect(recordedRounds(file)).toEqual([]);
  const rounds = [
    round(1, { verdict: 'failed' }),
    round(2),
    round(1, { scenario: 'zombie' }),
    round(1, { commit: 'def' }),
    round(1),
  ];
  for (const each of rounds) recordRound(each, file);
  expect(recordedRounds(file)).toEqual(rounds.slice(1));
});

test('a round whose rows were wrong stays, and so do those of a checkout that is no commit', () => {
  const file = join(folder, 'chaos', 'results.jsonl');
  const rounds = [
    round(1, { verdict: 'failed', lost: 2 }),
    round(1),
    round(2, { commit: 'abc+' }),
    round(2, { commit: 'abc+' }),
  ];
  for (const each of rounds) recordRound(each, file);
  expect(recordedRounds(file)).toEqual(rounds);
});
