import { describe, expect, it } from '@jest/globals';
import { decideTrim } from './trim-decision.js';

const at = (offset: bigint) => new Map([[0, offset]]);

describe('decideTrim', () => {
  it.each([
    ['old and visible', at(100n), at(70n), at(0n), at(70n)],
    ['old, and not visible', at(50n), at(70n), at(0n), at(50n)],
    ['nothing old', at(50n), at(0n), at(0n), new Map()],
    ['freed before', at(50n), at(30n), at(30n), new Map()],
    ['no retention', at(50n), undefined, at(10n), at(50n)],
    ['times unknown', at(50n), new Map<number, bigint>(), at(0n), new Map()],
  ])('%s', (_name, saved, young, freed, expected) => {
    expect(decideTrim(saved, young, freed)).toEqual(expected);
  });
});
