import { describe, expect, test } from '@jest/globals';
import { parseDemoArguments } from './demo-options.js';

describe('parseDemoArguments', () => {
  test.each([
    [[], { rows: 3_000_000, keep: false }],
    [['--rows', '50000'], { rows: 50_000, keep: false }],
    [['--rows=20000', '--keep'], { rows: 20_000, keep: true }],
  ])('takes %j', (args, options) => {
    expect(parseDemoArguments(args)).toEqual({ kind: 'run', options });
  });

  test.each([[['--rows', '5']], [['--rows']], [['--rows=x']], [['--rows', '3000001']], [['now']]])(
    'refuses %j',
    (args) => {
      expect(parseDemoArguments(args).kind).toBe('refused');
    },
  );

  test('helps', () => {
    expect(parseDemoArguments(['--keep', '--help'])).toEqual({ kind: 'help' });
  });
});
