import fc from "fast-check";
import { expect, it } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

it("gives back the same bytes, also more than one call takes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect([...fromBase64(toBase64(bytes))]).toEqual([...bytes]);
    }),
  );
  const many = new Uint8Array(100_000).map((_, at) => at);
  expect(fromBase64(toBase64(many))).toEqual(many);
});

it("is the usual base64", () => {
  expect(toBase64(new TextEncoder().encode("hello"))).toBe("aGVsbG8=");
  expect(() => fromBase64("no base64!")).toThrow();
});
