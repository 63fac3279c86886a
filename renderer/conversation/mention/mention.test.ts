import { describe, expect, it } from "vitest";
import { complete, matching, mentionAt } from "./mention.ts";

const PEOPLE = ["Anna", "bob", "Mary Ann", "ann.b", "Jörg"];
const known = (name: string): boolean => PEOPLE.includes(name);
/** The text after `@query|` was completed. */
const completed = (typed: string, nickname: string): string => {
  const caret = typed.indexOf("|");
  const text = typed.replace("|", "");
  const asked = mentionAt(text, caret);
  if (asked === null) return "";
  const next = complete(text, asked, caret, nickname, known);
  return `${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`;
};

describe("an @", () => {
  it("completes at the beginning of a word, with the text after it", () => {
    expect(mentionAt("@an", 3)).toEqual({ from: 0, query: "an" });
    expect(mentionAt("hello @Mary A", 13)).toEqual({ from: 6, query: "Mary A" });
    expect(mentionAt("a\n@", 3)).toEqual({ from: 2, query: "" });
  });
  it("does not complete within an address, on another line, after the caret, or while text is selected", () => {
    expect(mentionAt("me@example", 10)).toBeNull();
    expect(mentionAt("@an\nb", 5)).toBeNull();
    expect(mentionAt("hi @an", 2)).toBeNull();
    expect(mentionAt("@an", null)).toBeNull();
    expect(mentionAt(`@${"x".repeat(100)}`, 101)).toBeNull();
  });
  it("finds nicknames by the beginning of any word, ignoring case and accents", () => {
    expect(matching("AN", PEOPLE, 8)).toEqual(["Anna", "ann.b", "Mary Ann"]);
    expect(matching("jorg", PEOPLE, 8)).toEqual(["Jörg"]);
    expect(matching("", PEOPLE, 2)).toEqual(["Anna", "bob"]);
    expect(matching(".*", PEOPLE, 8)).toEqual([]);
  });
});

describe("a completed nickname", () => {
  it("addresses at the beginning, and several are joined", () => {
    expect(completed("@b|", "bob")).toBe("bob: |");
    expect(completed("@b| how are you", "bob")).toBe("bob: |how are you");
    expect(completed("bob: @an|", "Anna")).toBe("bob, Anna: |");
    expect(completed("bob, Anna: @ann|", "ann.b")).toBe("bob, Anna, ann.b: |");
  });
  it("is a normal word elsewhere, also after a text that is not a nickname", () => {
    expect(completed("thank you @b|", "bob")).toBe("thank you bob |");
    expect(completed("note: @b|", "bob")).toBe("note: bob |");
  });
});
