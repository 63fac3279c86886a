import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toggleStyle, type Style } from "./toggle-style.ts";

/** The selection is written in brackets, a caret as `|`. */
function toggled(shown: string, style: Style): string {
  const caret = shown.indexOf("|");
  const [start, end] = caret === -1 ? [shown.indexOf("["), shown.indexOf("]") - 1] : [caret, caret];
  const text = shown.replaceAll(/[[\]|]/g, "");
  const change = toggleStyle(text, start, end, style);
  const next = text.slice(0, change.from) + change.text + text.slice(change.to);
  return change.start === change.end
    ? `${next.slice(0, change.start)}|${next.slice(change.start)}`
    : `${next.slice(0, change.start)}[${next.slice(change.start, change.end)}]${next.slice(change.end)}`;
}

describe("styling in the composer", () => {
  it.each<[string, Style, string]>([
    ["a [bold] word", "strong", "a *[bold]* word"],
    ["an [odd] word", "emphasis", "an _[odd]_ word"],
    ["a [wrong] word", "strike", "a ~[wrong]~ word"],
    ["a [code] word", "code", "a `[code]` word"],
    ["a wo|rd", "strong", "a *wo|rd*"],
    ["|", "strong", "*|*"],
    ["a | b", "code", "a `|` b"],
    ["[ spaces around ]", "strong", "[ *spaces around* ]"],
    ["_[both]_", "strong", "_*[both]*_"],
    ["> [quoted]", "strong", "> *[quoted]*"],
    ["un[believ]able", "strong", "*un[believ]able*"],
    ["[a *b* c]", "strong", "*[a b c]*"],
    ["[one\ntwo\n\n three]", "strong", "*[one*\n*two*\n\n *three]*"],
    ["a\n[b]", "strong", "a\n*[b]*"],
    ["[one\ntwo]", "code", "```\n[one\ntwo]\n```"],
    ["a\nb[ 1\nc 2]\nd", "code", "a\n```\nb[ 1\nc 2]\n```\nd"],
  ])("of %j as %s gives %j", (shown, style, expected) => expect(toggled(shown, style)).toBe(expected));

  it.each<[string, Style, string]>([
    ["a *[bold]* word", "strong", "a [bold] word"],
    ["a [*bold*] word", "strong", "a [bold] word"],
    ["a *bo|ld* word", "strong", "a bo|ld word"],
    ["a *two w|ords* here", "strong", "a two w|ords here"],
    ["_*[both]*_", "strong", "_[both]_"],
    ["_*[both]*_", "emphasis", "*[both]*"],
    ["*|*", "strong", "|"],
    ["[*one*\n*two*]", "strong", "[one\ntwo]"],
    ["[```js\none\n```]", "code", "[one]"],
  ])("of %j as %s again gives %j", (shown, style, expected) => expect(toggled(shown, style)).toBe(expected));

  it("changes nothing but marks and line breaks of fences, wherever the selection is", () => {
    const part = fc.constantFrom("*", "_", "`", "~", " ", "\n", "a", "bc", "> ", "```", "🎉");
    const style = fc.constantFrom<Style>("strong", "emphasis", "strike", "code");
    const letters = (text: string): string => text.replaceAll(/[*_`~\n]/g, "");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.nat(), fc.nat(), style, (parts, one, other, as) => {
        const text = parts.join("");
        const [start, end] = [one, other].map((at) => at % (text.length + 1)).sort((a, b) => a - b) as [number, number];
        const change = toggleStyle(text, start, end, as);
        const next = text.slice(0, change.from) + change.text + text.slice(change.to);
        expect(letters(next)).toBe(letters(text));
        expect(change.start).toBeGreaterThanOrEqual(0);
        expect(change.end).toBeGreaterThanOrEqual(change.start);
        expect(change.end).toBeLessThanOrEqual(next.length);
      }),
    );
  });
});
