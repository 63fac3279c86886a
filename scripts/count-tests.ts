/** Counts what a test run really did, from Vitest's JSON report. */

export interface Count {
  passed: number;
  failed: number;
}

interface Report {
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

/**
 * A file that could not even be loaded counts as one failure, as does a run that failed outside of all tests or
 * ran none at all. A skipped test counts as failed: nothing may be skipped silently.
 * @param report text of the JSON report; null when there is none
 * @param exitCode of the test runner
 */
export function countTests(report: string | null, exitCode: number): Count {
  if (report === null) return { passed: 0, failed: 1 };
  const { testResults } = JSON.parse(report) as Report;
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of testResults) {
    const broken = assertionResults.filter((one) => one.status !== "passed").length;
    passed += assertionResults.length - broken;
    failed += broken === 0 && status !== "passed" ? 1 : broken;
  }
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}

/**
 * Files whose process ended in the middle: none of their tests failed, and some never came to an end. V8 itself ends a
 * process with worker threads now and then ("Check failed: jit_page.has_value()", nodejs/node#64500).
 * @returns their paths
 */
export function brokenOff(report: string | null): string[] {
  if (report === null) return [];
  const { testResults } = JSON.parse(report) as Report;
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const isUnfinished = assertionResults.some((one) => one.status !== "passed") && assertionResults.every((one) => one.status !== "failed");
    return status !== "passed" && isUnfinished ? [name] : [];
  });
}

/** The report without some of its files. */
export function without(report: string, files: readonly string[]): string {
  const all = JSON.parse(report) as Report;
  return JSON.stringify({ ...all, testResults: all.testResults.filter(({ name }) => !files.includes(name)) });
}
