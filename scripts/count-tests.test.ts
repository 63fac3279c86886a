import { describe, expect, it } from "vitest";
import { countTests } from "./count-tests.ts";

const report = (...files: [status: string, ...tests: string[]][]): string =>
  JSON.stringify({ testResults: files.map(([status, ...tests]) => ({ status, assertionResults: tests.map((one) => ({ status: one })) })) });

describe("counting tests", () => {
  it("sums over the files", () => {
    expect(countTests(report(["passed", "passed", "passed"], ["failed", "passed", "failed"]), 1)).toEqual({ passed: 3, failed: 1 });
  });
  it("counts a file that could not be loaded", () => {
    expect(countTests(report(["passed", "passed"], ["failed"]), 1)).toEqual({ passed: 1, failed: 1 });
  });
  it("counts skipped tests as failed", () => {
    expect(countTests(report(["passed", "passed", "pending", "todo"]), 0)).toEqual({ passed: 1, failed: 2 });
  });
  it("never takes a broken run for a good one", () => {
    expect(countTests(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(countTests(report(["passed", "passed"]), 1)).toEqual({ passed: 1, failed: 1 });
    expect(countTests(report(), 0)).toEqual({ passed: 0, failed: 1 });
  });
});
