import { describe, expect, it } from '@jest/globals';
import { benchHelp, parseBenchArguments, type BenchRequest } from './bench-options.js';

const EXPERIMENTS = ['base', 'latency', 'peer'].map((name) => ({ name, about: `what ${name} is` }));
const parse = (...args: readonly string[]): BenchRequest => parseBenchArguments(args, EXPERIMENTS);
const experiments = (
  options: Partial<Extract<BenchRequest, { kind: 'experiments' }>['options']>,
) => ({
  kind: 'experiments',
  options: { names: ['base', 'latency'], rounds: 3, scale: 1, isRecorded: true, ...options },
});

describe('the command line of a bench', () => {
  it.each<[string, string[], unknown]>([
    ['everything but what runs on request', [], experiments({})],
    [
      'what is named, in the order of the list',
      ['peer', 'base'],
      experiments({ names: ['base', 'peer'] }),
    ],
    ['more rounds', ['--rounds', '5'], experiments({ rounds: 5 })],
    ['few rounds are a trial', ['--rounds', '1'], experiments({ rounds: 1, isRecorded: false })],
    [
      'a share of the work is a trial',
      ['--scale', '0.1'],
      experiments({ scale: 0.1, isRecorded: false }),
    ],
    [
      'one steady load',
      ['latency', '--rate', '200', '--seconds', '5', '--age', '0.25'],
      { kind: 'latency', load: { rowsPerSecond: 200, seconds: 5, fileAgeSeconds: 0.25 } },
    ],
    [
      'one steady load with the age that tasks have',
      ['latency', '--rate', '200', '--age', 'default'],
      { kind: 'latency', load: { rowsPerSecond: 200, seconds: 30, fileAgeSeconds: null } },
    ],
    ['help', ['base', '--help'], { kind: 'help' }],
  ])('%s', (_name, args, expected) => {
    expect(parse(...args)).toEqual(expected);
  });

  it.each<[string[], string]>([
    [['sideways'], 'there is no experiment "sideways"; name one of base, latency, peer'],
    [['--rounds', 'three'], '--rounds takes a number from 1 to 100, not "three"'],
    [['--scale', '2'], '--scale takes a number from 0.0001 to 1, not "2"'],
    [['base', '--rate', '5'], 'latency --rate'],
    [['latency', '--rate', '0'], '--rate takes a number'],
    [['latency', '--rate', '5', '--age', ''], '--age takes a number from 0.1 to 86400, not ""'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, reason) => {
    expect(parse(...args)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  });

  it('tells of every experiment', () => {
    const help = benchHelp(EXPERIMENTS);
    for (const { name, about } of EXPERIMENTS)
      expect(help).toMatch(new RegExp(`${name} +${about}`));
  });
});
