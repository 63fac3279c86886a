import { describe, expect, it } from "vitest";
import { foldText, fuzzyFind, fuzzyScore } from "./fuzzy.ts";

const find = (query: string, names: string[]): string[] => fuzzyFind(query, names, (name) => [foldText(name)], 10);

describe("the fuzzy search", () => {
  it("ranks the start of the name first, then starts of words, then the rest", () => {
    expect(find("an", ["Johanna", "Mary Ann", "Anna"])).toEqual(["Anna", "Mary Ann", "Johanna"]);
  });
  it("finds initials", () => {
    expect(find("mas", ["Mary Ann Smith", "Tom"])).toEqual(["Mary Ann Smith"]);
  });
  it("ignores case and diacritics", () => {
    expect(find("JORG", ["Jörg", "Çelik"])).toEqual(["Jörg"]);
    expect(find("celik", ["Jörg", "Çelik"])).toEqual(["Çelik"]);
    expect(find("ö", ["Jörg"])).toEqual(["Jörg"]);
  });
  it("finds other scripts", () => {
    expect(find("иван", ["Иван Петров", "Ольга"])).toEqual(["Иван Петров"]);
    expect(find("田中", ["田中太郎"])).toEqual(["田中太郎"]);
  });
  it("requires the letters in order", () => {
    expect(find("bob", ["obb"])).toEqual([]);
  });
  it("keeps the given order for an empty query and respects the limit", () => {
    expect(fuzzyFind("", ["b", "a", "c"], (name) => [name], 2)).toEqual(["b", "a"]);
  });
  it("takes the query as text, not as a pattern", () => {
    expect(find(".*", ["abc"])).toEqual([]);
    expect(find("(", ["a(b"])).toEqual(["a(b"]);
  });
  it("reads each of 20,000 names once", () => {
    const names = Array.from({ length: 20_000 }, (_, at) =>
      foldText(`Person ${at} of Example person${at}@example.org`),
    );
    let read = 0;
    fuzzyFind("pers 1999", names, (name) => (read++, [name]), 50);
    expect(read).toBe(20_000);
  });
  it("returns no score for a text that does not match", () => {
    expect(fuzzyScore("x", "abc")).toBeNull();
  });
});
