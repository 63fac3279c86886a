import { describe, expect, it } from "vitest";
import { brokenOff, countTests, describeFailures, failedFiles, withSecondRun } from "./count-tests.ts";

const report = (...files: [status: string, ...tests: string[]][]): string =>
  JSON.stringify({
    testResults: files.map(([status, ...tests], at) => ({
      name: `file ${at}`,
      status,
      assertionResults: tests.map((one) => ({ status: one })),
    })),
  });

describe("countTests", () => {
  it("countTests adds up the files", () => {
    expect(countTests(report(["passed", "passed", "passed"], ["failed", "passed", "failed"]), 1)).toEqual({
      passed: 3,
      failed: 1,
    });
  });
  it("countTests counts a file that could not be loaded as one failure", () => {
    expect(countTests(report(["passed", "passed"], ["failed"]), 1)).toEqual({ passed: 1, failed: 1 });
  });
  it("countTests counts skipped tests as failed", () => {
    expect(countTests(report(["passed", "passed", "pending", "todo"]), 0)).toEqual({ passed: 1, failed: 2 });
  });
  it("countTests counts a run without a report, without tests, or with a failing exit code as failed", () => {
    expect(countTests(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(countTests(report(["passed", "passed"]), 1)).toEqual({ passed: 1, failed: 1 });
    expect(countTests(report(), 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("brokenOff", () => {
  it("brokenOff finds files whose process ended early, not those that fail, skip tests, or cannot be loaded", () => {
    const text = report(
      ["passed", "passed"],
      ["failed", "passed", "pending"],
      ["failed", "failed", "pending"],
      ["failed"],
      ["passed", "passed", "pending"],
      ["failed", "pending"],
    );
    expect(brokenOff(text)).toEqual(["file 1", "file 5"]);
    expect(brokenOff(null)).toEqual([]);
  });
  it("countTests counts unfinished tests as failed", () => {
    expect(countTests(report(["passed", "passed"], ["failed", "passed", "pending"]), 1)).toEqual({
      passed: 2,
      failed: 1,
    });
  });
});

describe("a second run of the failed files", () => {
  const first = report(["passed", "passed"], ["failed", "passed", "failed"], ["failed"], ["passed", "pending"]);

  it("covers the files in which something failed or was skipped, and those that could not be loaded", () => {
    expect(failedFiles(first)).toEqual(["file 1", "file 2", "file 3"]);
    expect(failedFiles(null)).toEqual([]);
  });
  it("counts instead of the first one, for all tests of these files", () => {
    const second = JSON.stringify({
      testResults: [
        { name: "file 1", status: "passed", assertionResults: [{ status: "passed" }, { status: "passed" }] },
        { name: "file 2", status: "failed", assertionResults: [] },
        { name: "file 3", status: "passed", assertionResults: [{ status: "passed" }] },
      ],
    });
    expect(countTests(withSecondRun(first, second), 1)).toEqual({ passed: 4, failed: 1 });
  });
});

describe("describeFailures", () => {
  it("names the file, the test and how its failure begins, and files that could not be loaded", () => {
    const text = JSON.stringify({
      testResults: [
        {
          name: "a.test.ts",
          status: "failed",
          assertionResults: [
            { status: "passed", fullName: "a works", failureMessages: [] },
            { status: "failed", fullName: "a fails", failureMessages: ["expected 1 to be 2\n    at line 3"] },
          ],
        },
        { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] },
        { name: "c.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "c works" }] },
      ],
    });
    expect(describeFailures(text)).toEqual([
      "a.test.ts: a fails (failed)\n    expected 1 to be 2\n        at line 3",
      "b.test.ts\n    no such module",
    ]);
    expect(describeFailures(null)).toEqual([]);
  });
});
