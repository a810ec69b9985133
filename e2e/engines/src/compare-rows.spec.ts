import { describe, expect, it } from '@jest/globals';
import { comparable, compareRows, type TextRow } from './compare-rows.js';

const COLUMNS = [
  { name: 'id', kind: 'text' },
  { name: 'ratio', kind: 'number' },
  { name: 'list', kind: 'list' },
] as const;

const compare = (expected: TextRow[], found: TextRow[]) =>
  compareRows({ columns: COLUMNS, expected, found });

describe('rows of an engine beside those of the source', () => {
  it('are equal in any order and in any notation of a number', () => {
    const expected = [
      ['1', '1e+10', '[1, "a"]'],
      ['2', 'Infinity', null],
    ];
    const found = [
      ['2', 'inf', null],
      ['1', '1.0E10', '["1","a"]'],
    ];
    expect(compare(expected, found)).toEqual([]);
  });

  it.each([
    ['a row that is missing', [], ['row 1 is missing']],
    ['a value that changed', [['1', '3', '[]']], ['row 1, ratio: 2 became 3']],
    ['a null that is a value', [['1', null, '[]']], ['row 1, ratio: 2 became null']],
    ['a list in another order', [['1', '2', '[1]']], ['row 1, list: [] became ["1"]']],
    [
      'a row that is there twice',
      [
        ['1', '2', '[]'],
        ['1', '2', '[]'],
      ],
      ['1 rows are there twice'],
    ],
    [
      'a row too many',
      [
        ['1', '2', '[]'],
        ['9', '2', '[]'],
      ],
      ['row 9 was never in the source'],
    ],
  ])('%s', (_, found, problems) => {
    expect(compare([['1', '2', '[]']], found)).toEqual(problems);
  });

  it('are not too many to read', () => {
    const expected = Array.from({ length: 100 }, (_, id) => [String(id), '1', null]);
    expect(compare(expected, [])).toHaveLength(10);
  });
});

describe('a value made comparable', () => {
  it.each([
    ['number', '-inf', '-Infinity'],
    ['number', 'NaN', 'NaN'],
    ['number', '-0', '0'],
    ['text', '1.50', '1.50'],
    ['decimal', '1.50', '1.5'],
    ['decimal', '-10.000', '-10'],
    ['decimal', '100', '100'],
    ['map', '{"b": 1, "a": null}', '[["a",null],["b","1"]]'],
  ] as const)('%s %s', (kind, text, result) => {
    expect(comparable(kind, text)).toBe(result);
  });
});
