import { expect, test } from '@jest/globals';
import { parseChaosArguments } from './chaos-options.js';

const SCENARIOS = ['kill', 'zombie'];
const parse = (...args: readonly string[]) => parseChaosArguments(args, SCENARIOS);

test('a run names its rounds, its first seed and its scenario', () => {
  expect(parse('--rounds', '200', '--seed', '7', '--scenario', 'kill', '--record')).toEqual({
    kind: 'run',
    options: {
      rounds: 200,
      seed: 7,
      scenario: 'kill',
      short: false,
      record: true,
      keepGoing: false,
    },
  });
});

test('without arguments seeds choose', () => {
  expect(parse()).toMatchObject({ kind: 'run', options: { rounds: 5, seed: 1, scenario: null } });
});

test.each([
  [['--rounds', '0'], '--rounds takes a whole number from 1 to 100000, not "0"'],
  [['--seed', '1.5'], '--seed takes a whole number from 1 to 999999, not "1.5"'],
  [['--scenario', 'rain'], 'there is no scenario "rain"; there are kill, zombie'],
])('%j is refused', (args, reason) => {
  expect(parse(...args)).toEqual({ kind: 'refused', reason });
});

test.each([
  ['--list', 'list'],
  ['--help', 'help'],
])('%s is a question', (flag, kind) => {
  expect(parse(flag)).toEqual({ kind });
});
