import fc from "fast-check";
import { expect, it } from "vitest";
import data from "emojibase-data/en/data.json" with { type: "json" };
import { emojiOf } from "./emoji.ts";

/** Every emoji that the picker offers. */
const known = data
  .filter((one) => one.group !== undefined)
  .flatMap((one) => [one.emoji, ...(one.skins ?? []).map(({ emoji }) => emoji)]);

it("emojiOf accepts every emoji of the picker and normalises its spelling", () => {
  expect(known.length).toBeGreaterThan(3000);
  for (const emoji of known) {
    const one = emojiOf(emoji);
    expect(one, emoji).not.toBeNull();
    expect(emojiOf(one!)).toBe(one);
    expect(emojiOf(emoji.replaceAll("\u{fe0f}", ""))).toBe(one);
  }
  expect(emojiOf("❤")).toBe("❤\u{fe0f}");
  expect(emojiOf("👍\u{fe0f}")).toBe("👍");
});

it.each([
  "",
  " ",
  "a",
  "1",
  "#",
  "lol",
  "👍👍",
  "👍 ",
  " 👍",
  "👍\n",
  "\u{202e}👍",
  "👍\u{200b}",
  "\u{200d}",
  "\u{fe0f}",
  "🇩",
  "👩‍👩",
  "<b>",
  "\0",
  "👍".repeat(9000),
])("emojiOf rejects %j", (text) => {
  expect(emojiOf(text)).toBeNull();
});

it("emojiOf returns null or a recommended emoji, whatever surrounds or joins emoji", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("\u{200d}", "\u{202e}", "\u{2066}", "\u{fe0f}", "🏽", "\u{20e3}", "\u{e0067}"),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...known), text, (before, emoji, after) => {
      const one = emojiOf(before + emoji + after);
      if (one !== null) expect(one).toMatch(/^\p{RGI_Emoji}$/v);
    }),
  );
});
