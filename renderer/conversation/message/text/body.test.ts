import { describe, expect, it } from "vitest";
import { foldAt, largeEmoji } from "./body.ts";

describe("a message with only emoji", () => {
  it.each([
    ["👍", 1],
    ["👍🏽 🎉", 2],
    ["👨‍👩‍👧‍👦", 1],
    ["🇩🇪🇬🇧", 2],
    ["❤️", 1],
    ["1️⃣", 1],
    ["😀😀😀😀😀😀", 6],
    ["😀😀😀😀😀😀😀", 0],
    ["12", 0],
    ["#", 0],
    ["👍 yes", 0],
    ["", 0],
    ["   ", 0],
    ["\u200D", 0],
    ["😀".repeat(50_000), 0],
  ])("%j has %i", (body, count) => expect(largeEmoji(body)).toBe(count));
});

describe("folding", () => {
  it("a short text is not folded", () => {
    expect(foldAt("short")).toBeNull();
    expect(foldAt("x".repeat(2000))).toBeNull();
    expect(foldAt("a\n".repeat(28))).toBeNull();
  });
  it("many lines are folded at a line end", () => {
    const body = "line\n".repeat(100);
    const cut = foldAt(body);
    expect(body.slice(0, cut ?? 0).split("\n")).toHaveLength(24);
  });
  it("a long text is folded between words", () => {
    const body = "word ".repeat(1000);
    const cut = foldAt(body) ?? 0;
    expect(cut).toBeGreaterThan(1000);
    expect(body[cut]).toBe(" ");
  });
  it("a text is never folded within a character", () => {
    for (const pad of [0, 1, 2, 3, 4, 5]) {
      const body = "x".repeat(pad) + "👨‍👩‍👧".repeat(1000);
      const cut = foldAt(body) ?? 0;
      expect((cut - pad) % "👨‍👩‍👧".length).toBe(0);
    }
  });
  it("a text without word boundaries is folded too", () => {
    expect(foldAt("a" + "\u0300".repeat(100_000))).not.toBeNull();
  });
});
