import { describe, expect, it } from '@jest/globals';
import { parseBenchArguments } from './bench-options.js';

describe('the command line of the benchmarks', () => {
  it.each([
    [['latency'], { rowsPerSecond: 2000, seconds: 30, fileAgeSeconds: 1 }],
    [
      ['latency', '--rate', '200', '--seconds=5', '--age', 'default'],
      { rowsPerSecond: 200, seconds: 5, fileAgeSeconds: null },
    ],
  ])('%j', (args, options) => {
    expect(parseBenchArguments(args)).toEqual({ kind: 'latency', options });
  });

  it.each([
    [[], /name a benchmark/],
    [['speed'], /name a benchmark/],
    [['latency', '--rate', 'many'], /--rate takes a number/],
    [['latency', '--age', '0'], /--age takes a number from 0.1/],
    [['latency', '--what'], /--what/],
  ])('refuses %j', (args, reason) => {
    expect(parseBenchArguments(args)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    });
  });

  it('knows --help', () => {
    expect(parseBenchArguments(['latency', '-h'])).toEqual({ kind: 'help' });
  });
});
