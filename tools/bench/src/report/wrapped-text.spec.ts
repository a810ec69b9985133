import { expect, it } from '@jest/globals';
import { wrapped } from './wrapped-text.js';

it.each([
  ['one two', 7, ['one two']],
  ['one two', 6, ['one', 'two']],
  ['a transaction of one row', 8, ['a', 'transaction', 'of one', 'row']],
])('%j in lines of %i', (text, charactersMax, lines) => {
  expect(wrapped(text, charactersMax)).toEqual(lines);
});
