import { expect, it } from '@jest/globals';
import { addResults, verdictLine } from './jest-totals.mjs';

const run = (numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites) => ({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numRuntimeErrorTestSuites,
});

it('adds runs up; a file that could not run and a skipped test are failures', () => {
  expect(addResults([run(5, 0, 0, 0), run(2, 1, 1, 1)])).toEqual({ passed: 7, failed: 3 });
});

it('ends with one line', () => {
  expect(verdictLine({ passed: 7, failed: 3 })).toBe('7 passed, 3 failed');
});
