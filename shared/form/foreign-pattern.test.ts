import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsPattern } from "./foreign-pattern.ts";

describe("fitsPattern: untrusted patterns (XEP-0122 §3.2.4)", () => {
  it.each<[pattern: string, good: string[], bad: string[]]>([
    ["", [""], ["a"]],
    ["([0-9]{3})-([0-9]{2})-([0-9]{4})", ["123-12-1234"], ["x123-12-1234", "123-12-12345"]],
    ["a|b", ["a", "b"], ["ab", ""]],
    ["^[a-z]+$", ["abc"], ["", "aBc"]],
    ["a^b|a$b", [], ["ab"]],
    [".+@.+\\.[a-z]{2,}", ["a@b.org", "a@@b.org"], ["a@b.o", "@b.org"]],
    ["(ab?){2,3}", ["aa", "aba", "ababab"], ["a", "aaaa"]],
    ["[^/\\]]*", ["abc"], ["a/b", "a]"]],
    ["\\d\\w\\s\\.\\-", ["1a .-"], ["aa .-"]],
    ["-&~`'\"#%,:;<>=@!/_", ["-&~`'\"#%,:;<>=@!/_"], ["-"]],
    ["ä+😀?", ["ää", "ä😀"], ["😀"]],
    ["(|a)(()*)*b", ["b", "ab"], ["aab"]],
  ])("fitsPattern matches the whole text against %s", (pattern, good, bad) => {
    for (const text of good) expect(fitsPattern(pattern, text), text).toBe(true);
    for (const text of bad) expect(fitsPattern(pattern, text), text).toBe(false);
  });

  it.each([
    "(?=a)b",
    "(?:a)",
    "(a)\\1",
    "\\bx",
    "\\p{L}",
    "[[:alpha:]]+",
    "[]a]",
    "[^](a+)+b[^]",
    "[z-a]",
    "[a",
    "(",
    "a)",
    "*",
    "a**",
    "a*?",
    "a{2}{3}",
    "a{",
    "a{x}",
    "a{2,1}",
    "^*",
    "a{999}",
    "((((){99}){99}){99}){99}",
  ])("fitsPattern refuses %s, which differs in POSIX, is invalid, or has too many states", (pattern) =>
    expect(fitsPattern(pattern, "a")).toBeNull(),
  );

  it.each(["(a+)+", "(a|a)*", "(a|aa)+$", "(a?){50}a{50}", "a*a*a*a*a*b", "([a-z]+){20}", "(.*)*x", "(x+x+)+y"])(
    "ReDoS: fitsPattern stays linear for %s",
    (pattern) => {
      // A backtracking matcher would not terminate here.
      expect(fitsPattern(pattern, `${"a".repeat(250)}!`)).toBe(false);
    },
  );

  it("fitsPattern agrees with RegExp for patterns of the supported subset", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "(a|b)", "(ab)", "(|b)", "^", "$");
    const piece = fc
      .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"))
      .map(([one, often]) => (one === "^" || one === "$" ? one : one + often));
    const pattern = fc.array(piece, { maxLength: 4 }).chain((one) => fc.constantFrom(one.join(""), one.join("|")));
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom("a", "b", "1"), maxLength: 6 }), (one, text) => {
        expect(fitsPattern(one, text)).toBe(new RegExp(`^(?:${one})$`, "u").test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("fitsPattern refuses a pattern or a text longer than 256 characters", () => {
    expect(fitsPattern("a*", "a".repeat(257))).toBeNull();
    expect(fitsPattern("a".repeat(257), "a")).toBeNull();
  });
});
