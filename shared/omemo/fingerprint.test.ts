import { describe, expect, it } from "vitest";
import { fingerprintGroups, fingerprintText } from "./fingerprint.ts";

const KEY = "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210";

describe("fingerprints", () => {
  it("fingerprintGroups returns eight groups of eight digits", () => {
    expect(fingerprintGroups(KEY)).toEqual([
      "01234567",
      "89abcdef",
      "fedcba98",
      "76543210",
      "01234567",
      "89abcdef",
      "fedcba98",
      "76543210",
    ]);
  });

  it("fingerprintText returns lower case and keeps all digits", () => {
    expect(fingerprintText(KEY.toUpperCase())).toBe(fingerprintText(KEY));
    expect(fingerprintText(KEY).replaceAll(" ", "")).toBe(KEY);
    expect(fingerprintGroups("")).toEqual([]);
  });
});
