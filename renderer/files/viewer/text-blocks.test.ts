import fc from "fast-check";
import { expect, it } from "vitest";
import { blocksOf } from "./text-blocks.ts";

it("keeps every character, and no line or block is too long to lay out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constant("x".repeat(9_000)), fc.constant("\n"))),
      (parts) => {
        const text = parts.join("");
        const lines = blocksOf(text).flatMap((block) => block.split("\n"));
        expect(lines.join("")).toBe(text.replace(/[\r\n]/g, ""));
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(4_000);
      },
    ),
  );
});

it("takes every kind of line end as one", () => {
  expect(blocksOf("a\nb\r\nc\rd")).toEqual(["a\nb\nc\nd"]);
  expect(blocksOf("\n".repeat(250)).map((block) => block.split("\n").length)).toEqual([100, 100, 51]);
});
