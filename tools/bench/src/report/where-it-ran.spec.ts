import { expect, it } from '@jest/globals';
import { parseBenchResult } from './bench-result.js';
import { RESULT } from './testing/example-result.js';
import { checkoutCommit, thisMachine } from './where-it-ran.js';

it('the place of a run has a form that results take', () => {
  const result = { ...RESULT, commit: checkoutCommit(), machine: thisMachine() };
  expect(parseBenchResult(result)).toEqual(result);
});
