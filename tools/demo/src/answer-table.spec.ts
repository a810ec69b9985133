import { expect, test } from '@jest/globals';
import { answerTable } from './answer-table.js';

const january = { month: '2001-01', flights: 1000, averageDelay: 7.25 };

test('equal answers are marked equal', () => {
  const { lines, equal } = answerTable([january], [january]);
  expect(equal).toBe(true);
  expect(lines[1]).toMatch(/2001-01 +1,000 +7\.250 +1,000 +7\.250 {2}=$/);
});

test('a difference and a missing line are marked', () => {
  const { lines, equal } = answerTable(
    [january],
    [
      { ...january, flights: 999 },
      { ...january, month: '2001-02' },
    ],
  );
  expect(equal).toBe(false);
  expect(lines.slice(1).every((line) => line.endsWith('≠'))).toBe(true);
});
