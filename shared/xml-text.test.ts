import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isXmlText, xmlText } from "./xml-text.ts";

/** XML 1.0 §2.2 `Char`, without the carriage return, which a parser turns into a line feed. */
const isChar = (point: number): boolean =>
  point === 0x9 ||
  point === 0xa ||
  (point >= 0x20 && point <= 0xd7ff) ||
  (point >= 0xe000 && point <= 0xfffd) ||
  point >= 0x10000;

describe("xmlText", () => {
  it("xmlText removes control characters, noncharacters and lone surrogates that XML 1.0 cannot carry", () => {
    expect(xmlText("a\u0000b\u0002c\u0008d\u000Be\u000Cf\u000Eg\u001Bh\u001Fi\uFFFEj\uFFFFk\uD800l\uDC00m")).toBe(
      "abcdefghijklm",
    );
  });

  it("xmlText keeps tabs, line feeds, emoji and every other character that XML 1.0 can carry", () => {
    const text = "a\tb\nc \u007F\u0085\uD7FF\uE000\uFDD0\uFFFD 👩‍👩‍👧 𝔍 \u{10FFFF}";
    expect(xmlText(text)).toBe(text);
  });

  it("xmlText turns every line end into one line feed", () => {
    expect(xmlText("a\r\nb\rc\n\rd\r\r\ne")).toBe("a\nb\nc\n\nd\n\ne");
  });

  it("xmlText leaves exactly the characters of the production `Char`, for each code unit of the first plane", () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const kept = xmlText(`<${String.fromCharCode(unit)}>`);
      expect(kept.length === 3, unit.toString(16)).toBe(isChar(unit) || unit === 0xd);
    }
  });

  it("xmlText is idempotent", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 20 }),
        fc.string({ unit: "binary", maxLength: 20 }),
        (one, other) => {
          const hostile = `${one}\uD800\u0002\r${other}\uDFFF\uFFFE`;
          const text = xmlText(hostile);
          expect(xmlText(text)).toBe(text);
          expect([...text].every((char) => isChar(char.codePointAt(0)!))).toBe(true);
        },
      ),
    );
  });

  it("xmlText does not join two lone surrogates to a pair", () => {
    // Removing the control character first would join the halves to an emoji that nobody wrote.
    expect(xmlText("\uD83D\u0002\uDE00")).toBe("");
  });
});

describe("isXmlText", () => {
  it("isXmlText is true for exactly the texts that XML carries unchanged", () => {
    expect(isXmlText("pass wörd\t👍\n")).toBe(true);
    for (const wrong of ["a\u0002b", "a\uFFFE", "a\uD800", "a\rb", "a\r\nb"])
      expect(isXmlText(wrong), JSON.stringify(wrong)).toBe(false);
  });
});
