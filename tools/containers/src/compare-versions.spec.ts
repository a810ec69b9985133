import { describe, expect, it } from '@jest/globals';
import { compareVersions } from './compare-versions.js';

describe('compareVersions', () => {
  it.each([
    ['the same in another order', ['a', 'b'], ['b', 'a'], [], []],
    ['one missing', ['a', 'b'], ['a'], ['b'], []],
    ['one twice', ['a'], ['a', 'a'], [], ['a']],
    ['written twice, delivered once', ['a', 'a'], ['a'], ['a'], []],
    ['one that nobody wrote', [], ['x'], [], ['x']],
  ])('%s', (_name, written, delivered, lost, doubled) => {
    expect(compareVersions(written, delivered)).toEqual({ lost, doubled });
  });
});
