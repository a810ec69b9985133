import { expect, it } from '@jest/globals';
import { parseStartArguments } from './start-options.js';

const DEFAULTS = { dataDir: '/checkout/.lakeferry/data', cwd: '/srv/someone' };

it.each([
  [[], { help: false, dataDir: '/checkout/.lakeferry/data' }],
  [['--data', 'lake data'], { help: false, dataDir: '/srv/someone/lake data' }],
  [['--data=/srv/lake'], { help: false, dataDir: '/srv/lake' }],
  [['--help'], { help: true, dataDir: '/checkout/.lakeferry/data' }],
])('%j', (args, options) => {
  expect(parseStartArguments(args, DEFAULTS)).toEqual(options);
});

it.each([[['--dta', 'x']], [['stray']], [['--data']]])('refuses %j', (args) => {
  expect(() => parseStartArguments(args, DEFAULTS)).toThrow(/argument|option/i);
});
