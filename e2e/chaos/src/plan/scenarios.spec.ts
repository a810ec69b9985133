import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CHECKOUT } from '@lakeferry/stack';
import { SCENARIOS } from './scenarios.js';

const PAGE = readFileSync(join(CHECKOUT, 'docs', 'reliability.md'), 'utf8');

/** Cells of the table of scenarios. */
const told = PAGE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, name = '', about = '']) => (/^`[a-z-]+`$/.test(name) ? [`${name} ${about}`] : []));

test('names are unique', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(SCENARIOS)('the page about reliability tells of $name', ({ name, about }) => {
  expect(told).toContain(`\`${name}\` ${about}`);
});
