// Counts what the test runners report, for tools/test.mjs.

/**
 * From the JSON report of Vitest.
 *
 * @param strict a test that was skipped counts as failed: where all can be run, none may be left out unnoticed.
 */
export function countVitest({ testResults, numFailedTestSuites }, strict = false) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const namesOf = (isMeant) => tests.filter(({ status }) => isMeant(status)).map(({ fullName }) => fullName);
  const skipped = namesOf((status) => status !== "passed" && status !== "failed");
  const failed = namesOf((status) => status === "failed").length + (strict ? skipped.length : 0);
  return {
    passed: namesOf((status) => status === "passed").length,
    // A file that cannot even be loaded has no tests to count.
    failed: Math.max(failed, numFailedTestSuites > 0 ? 1 : 0),
    skipped,
  };
}

/** From the JSON report of Playwright. None of ours has a reason to be skipped: what was not run has not passed. */
export function countPlaywright({ stats: { expected, unexpected, flaky, skipped }, errors }) {
  return { passed: expected, failed: unexpected + flaky + skipped + errors.length, skipped: [] };
}
