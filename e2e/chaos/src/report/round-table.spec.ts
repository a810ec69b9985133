import { expect, test } from '@jest/globals';
import type { RoundResult } from './round-result.js';
import { tableHead, tableRow } from './round-table.js';

const ROUND: RoundResult = {
  seed: 17,
  scenario: 'kill',
  verdict: 'held',
  faults: [
    { fault: 'kill writer', at: 3.2, recovery: 4.25 },
    { fault: 'kill encoder/2', at: 9, recovery: null },
    { fault: 'kill at writer.after-put', at: 12, recovery: null, missed: true },
  ],
  tasks: 3,
  transactions: 4_100,
  versions: 123_456,
  objects: 88,
  ...{ lost: 0, doubled: 0, torn: 0, misplaced: 0, other: 0 },
  unexpectedEnds: 0,
  seconds: 38.4,
  notes: [],
};

test('cells stand under their titles', () => {
  const head = tableHead();
  const row = tableRow(ROUND);
  const under = (title: string, text: string) => {
    const end = head.indexOf(title) + title.length;
    return row.slice(0, end).endsWith(text);
  };
  expect(under('seed', '17')).toBe(true);
  expect(under('versions', '123,456')).toBe(true);
  expect(under('recovery', '4.3')).toBe(true);
  expect(under('seconds', '38.4')).toBe(true);
  expect(row.endsWith('kill writer, kill encoder/2, (kill at writer.after-put: missed)')).toBe(
    true,
  );
  expect(row.slice(head.indexOf('verdict'))).toMatch(/^held/);
});
