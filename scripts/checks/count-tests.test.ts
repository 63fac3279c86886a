import { describe, expect, it } from "vitest";
import { brokenOff, countTests } from "./count-tests.ts";

const report = (...files: [status: string, ...tests: string[]][]): string =>
  JSON.stringify({
    testResults: files.map(([status, ...tests], at) => ({
      name: `file ${at}`,
      status,
      assertionResults: tests.map((one) => ({ status: one })),
    })),
  });

describe("counting tests", () => {
  it("sums over the files", () => {
    expect(countTests(report(["passed", "passed", "passed"], ["failed", "passed", "failed"]), 1)).toEqual({
      passed: 3,
      failed: 1,
    });
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

describe("files whose process ended in the middle", () => {
  it("are told from those that fail, that leave something out, and that cannot be loaded", () => {
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
  it("count as failed", () => {
    expect(countTests(report(["passed", "passed"], ["failed", "passed", "pending"]), 1)).toEqual({
      passed: 2,
      failed: 1,
    });
  });
});
