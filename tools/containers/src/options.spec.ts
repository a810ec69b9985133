import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './options.js';

describe('parseArguments', () => {
  it.each([
    [[], 'prepare'],
    [['--deliver'], 'deliver'],
    [['--down'], 'down'],
    [['-h'], 'help'],
  ])('%j', (args, action) => {
    expect(parseArguments(args)).toBe(action);
  });

  it('refuses what it does not know, by its name', () => {
    expect(() => parseArguments(['--up'])).toThrow('there is no option --up');
    expect(() => parseArguments(['--down', '--deliver'])).toThrow('one option at a time');
  });
});
