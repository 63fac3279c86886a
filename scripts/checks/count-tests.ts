/** Counts the results of a test run from Vitest's JSON report. */

export interface Count {
  passed: number;
  failed: number;
}

interface Report {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName?: string; failureMessages?: string[] | null }[];
  }[];
}

/**
 * A file that could not be loaded counts as one failure, and so does a run that failed outside of all tests or ran
 * none. A skipped test counts as failed: nothing may be skipped silently.
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
 * Files in which some tests did not finish and none failed: their process ended early.
 * @returns their paths
 */
export function brokenOff(report: string | null): string[] {
  if (report === null) return [];
  const { testResults } = JSON.parse(report) as Report;
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const isUnfinished =
      assertionResults.some((one) => one.status !== "passed") &&
      assertionResults.every((one) => one.status !== "failed");
    return status !== "passed" && isUnfinished ? [name] : [];
  });
}

/** The files in which something did not pass, or that could not be loaded. */
export function failedFiles(report: string | null): string[] {
  if (report === null) return [];
  const { testResults } = JSON.parse(report) as Report;
  return testResults.flatMap(({ name, status, assertionResults }) =>
    status === "passed" && assertionResults.every((one) => one.status === "passed") ? [] : [name],
  );
}

/** The report of a run in which the second run of the failed files counts instead of the first one. */
export function withSecondRun(first: string, second: string): string {
  const failed = new Set(failedFiles(first));
  const { testResults } = JSON.parse(first) as Report;
  const again = JSON.parse(second) as Report;
  return JSON.stringify({
    testResults: [...testResults.filter(({ name }) => !failed.has(name)), ...again.testResults],
  });
}

/**
 * What did not pass, for the end of the output: there it is found, and there it is left when a log is cut.
 * @param of which files
 * @returns one text each: the file, the test's whole title, and how its failure begins
 */
export function describeFailures(report: string | null, of: (file: string) => boolean = () => true): string[] {
  if (report === null) return [];
  const { testResults } = JSON.parse(report) as Report;
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    if (!of(name)) return [];
    const failed = assertionResults.filter((one) => one.status !== "passed");
    if (failed.length === 0) return status === "passed" ? [] : [`${name}\n${beginning(message ?? "")}`];
    return failed.map(
      (one) => `${name}: ${one.fullName ?? ""} (${one.status})\n${beginning((one.failureMessages ?? []).join("\n"))}`,
    );
  });
}

const beginning = (text: string): string =>
  text
    .split("\n", 12)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join("\n");
