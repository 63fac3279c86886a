import { describe, expect, it } from "vitest";
import { initialsOf } from "./initials.ts";

describe("initials", () => {
  it.each([
    ["Anna Berg", "AB"],
    ["anna maria berg", "AB"],
    ["boris.keller@chat.example", "BK"],
    ["érik@jabber.fr", "É"],
    ["e\u0301rik", "E\u0301"],
    ["👩‍🚀 crew", "👩‍🚀C"],
    ["山田 太郎", "山太"],
    ["...", ""],
    ["", ""],
    ["\u202Eevil\u0000 name", "EN"],
  ])("%s → %s", (name, letters) => expect(initialsOf(name)).toBe(letters));

  it("a name of a million letters is fast and gives at most two letters", () => {
    expect(initialsOf("x ".repeat(500_000))).toBe("XX");
  });
});
