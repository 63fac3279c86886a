import { describe, expect, it } from "vitest";
import { checkField } from "./form-check.ts";
import type { FormRule } from "../model/form.ts";

const rule = (change: Partial<FormRule>): FormRule => ({
  datatype: "text",
  min: null,
  max: null,
  pattern: null,
  least: null,
  most: null,
  ...change,
});
const check = (change: Partial<FormRule>, ...values: string[]) =>
  checkField({ kind: "text", required: false, rule: rule(change) }, values)?.code ?? null;

describe("checkField: form validation (XEP-0122)", () => {
  it.each([
    ["integer", ["0", "-7", "+12", "99999999999999999999"], ["", "1.5", "x", "1e3", "0x10", "٣"]],
    ["decimal", ["1.5", "-.5", "3.", "1e3"], ["1,5", ".", "Infinity", "NaN"]],
    ["date", ["2026-02-28", "2024-02-29Z"], ["2026-02-30", "2026-2-1", "28.02.2026"]],
    ["dateTime", ["2003-10-06T11:22:00-07:00", "2003-10-06T11:22:00"], ["2003-10-06", "2003-13-06T11:22:00Z"]],
    ["time", ["23:59:59", "00:00:00Z"], ["24:00:00", "7:00:00"]],
    ["uri", ["https://example.org", "xmpp:a@b"], ["example.org", "a b:c"]],
    ["language", ["de", "en-GB"], ["english!", "-"]],
    ["jid", ["a@b", "b.example", "a@b/c d"], ["a@b@c", "a b"]],
  ] as const)("checkField validates the datatype %s", (datatype, good, bad) => {
    for (const value of good) expect(check({ datatype }, value), value).toBeNull();
    for (const value of bad) expect(check({ datatype }, value), value).toBe(value === "" ? null : datatype);
  });

  it("checkField compares bounds in the order of the datatype and ignores an invalid bound", () => {
    const size = { datatype: "integer", min: "2", max: "10" } as const;
    expect(["1", "2", "10", "11", "-5"].map((value) => check(size, value))).toEqual(["min", null, null, "max", "min"]);
    expect(check({ datatype: "integer", max: "99999999999999999998" }, "99999999999999999999")).toBe("max");
    expect(check({ datatype: "dateTime", min: "2003-10-05T00:00:00-07:00" }, "2003-10-05T06:59:59Z")).toBe("min");
    expect(check({ datatype: "date", max: "2026-01-01" }, "2026-01-02")).toBe("max");
    expect(check({ datatype: "integer", min: "many", max: "" }, "3")).toBeNull();
  });

  it("checkField checks the number of selected options and that a required field has a value", () => {
    const some = (values: string[], required = false) =>
      checkField({ kind: "some-of", required, rule: rule({ least: 2, most: 3 }) }, values);
    expect([["a"], ["a", "b"], ["a", "b", "c", "d"]].map((values) => some(values)?.code ?? null)).toEqual([
      "least",
      null,
      "most",
    ]);
    expect(some([])).toBeNull();
    expect(some([], true)).toEqual({ code: "missing", limit: "" });
    expect(checkField({ kind: "boolean", required: true }, [])).toBeNull();
  });

  it("checkField matches a pattern against the whole value", () => {
    const pattern = "([0-9]{3})-([0-9]{2})-([0-9]{4})";
    expect([
      check({ pattern }, "123-12-1234"),
      check({ pattern }, "x123-12-1234"),
      check({ pattern }, "123-12-12345"),
    ]).toEqual([null, "pattern", "pattern"]);
    expect(check({ pattern: "a|b" }, "ab")).toBe("pattern");
  });

  it("checkField accepts any value when the pattern is not supported", () => {
    expect(check({ pattern: "[[:alpha:]]+" }, "1")).toBeNull();
    expect(check({ pattern: "a*" }, "b".repeat(300))).toBeNull();
  });
});
