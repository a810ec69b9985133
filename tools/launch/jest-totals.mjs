/** Adds up what several runs of Jest found. Pure. */

/**
 * A test file that could not run counts as one failure; a skipped test as one too, for it was not seen
 * to pass.
 *
 * @param results contents of the files that `jest --json --outputFile` writes
 */
export function addResults(results) {
  let passed = 0;
  let failed = 0;
  for (const result of results) {
    passed += result.numPassedTests;
    failed += result.numFailedTests + result.numPendingTests + result.numRuntimeErrorTestSuites;
  }
  return { passed, failed };
}

/** The last line of a test run. */
export const verdictLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
