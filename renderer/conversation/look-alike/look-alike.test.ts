import { describe, expect, it } from "vitest";
import { likenesses, skeletonOf, twinOf } from "./look-alike.ts";

describe("names that look alike", () => {
  it.each([
    ["a Cyrillic А", "Alice", "\u0410lice"],
    ["a Greek Α", "Alice", "\u0391lice"],
    ["full width", "Bob", "\uff22\uff4f\uff42"],
    ["mathematical letters", "Bob", "\u{1d401}\u{1d428}\u{1d41b}"],
    ["l and I and 1", "paul", "pau1"],
    ["the other case", "Carol", "CAROL"],
    ["what cannot be seen", "Bob", "B\u200bob\u2060"],
    ["another space", "Bob B", "Bob\u00a0B"],
    ["none", "BobB", "Bob B"],
    ["rn for m", "modem", "rnodern"],
  ])("are found: %s", (_, one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other));
    const among = likenesses(["x", one, "y", other]);
    expect([twinOf(one, among), twinOf(other, among), twinOf("x", among)]).toEqual([other, one, null]);
  });

  it("do not include visibly different ones, such as with accents and umlauts", () => {
    const names = ["Jörg", "Jorg", "Alice", "Alicia", "Bob", "Bop", "René", "Rene", "Alice"];
    expect(names.filter((name) => twinOf(name, likenesses(names)) !== null)).toEqual([]);
  });

  it("are found among more than two, and for an absent name; thousands of different ones are not", () => {
    const among = likenesses(["Bob", "B\u043eb"]);
    expect(twinOf("\u0412ob", among)).toBe("Bob");
    const many = Array.from({ length: 5_000 }, (_, n) => `person ${n}x`);
    expect(likenesses(many).size).toBe(5_000);
  });
});
