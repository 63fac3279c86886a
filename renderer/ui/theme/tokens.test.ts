// Reads the colours from tokens.css, so that a change that reduces contrast is found here.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = new Map([...css.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map((found) => [found[1], found[2] ?? ""]));

function colour(name: string, theme: "light" | "dark"): [number, number, number] {
  const value = tokens.get(name) ?? "";
  const both = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value);
  const hex = both?.[theme === "light" ? 1 : 2] ?? value;
  if (!/^#[0-9a-f]{6}$/.test(hex)) throw new Error(`--${name} is no plain colour: ${value}`);
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string, theme: "light" | "dark"): number {
  const [x = 0, y = 0] = [a, b].map((name) => {
    const [red, green, blue] = colour(name, theme).map((part) => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const grounds = ["ground", "surface", "raised", "sunken", "fill", "hover", "selected"];
const pairs: [text: string, ground: string, least: number][] = [
  ...["text", "text-muted"].flatMap((text) => grounds.map((ground): [string, string, number] => [text, ground, 4.5])),
  ...["ground", "surface", "raised", "sunken"].map((ground): [string, string, number] => ["text-faint", ground, 4.5]),
  ...["ground", "surface", "raised", "accent-soft", "selected"].map((ground): [string, string, number] => [
    "accent-text",
    ground,
    4.5,
  ]),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-hover", 4.5],
  ["on-accent", "accent-pressed", 4.5],
  ["on-accent", "danger", 4.5],
  ["on-accent", "danger-hover", 4.5],
  ["text", "bubble-in", 4.5],
  ["text-muted", "bubble-in", 4.5],
  ["on-bubble-out", "bubble-out", 4.5],
  ["on-bubble-out-muted", "bubble-out", 4.5],
  ...["danger", "warning", "success"].flatMap((tone): [string, string, number][] => [
    [`${tone}-text`, `${tone}-soft`, 4.5],
    [`${tone}-text`, "surface", 4.5],
    [`text`, `${tone}-soft`, 4.5],
    ["text-muted", `${tone}-soft`, 4.5],
  ]),
  ["danger-text", "raised", 4.5],
  ...[
    ...["text", "text-muted", "success-text", "danger-text"],
    ...["code-keyword", "code-string", "code-number", "code-name", "code-type"],
  ].map((text): [string, string, number] => [text, "code-ground", 4.5]),
  ["text-muted", "mention", 4.5],
  // WCAG 1.4.11: the edge of a field, the focus ring, a sign of presence
  ...["line-strong", "focus"].flatMap((edge): [string, string, number][] => [
    [edge, "surface", 3],
    [edge, "raised", 3],
    [edge, "ground", 3],
  ]),
  ["presence-available", "ground", 3],
  ["presence-dnd", "ground", 3],
];

describe("contrast of the colours (WCAG 2.2 AA)", () => {
  for (const theme of ["light", "dark"] as const) {
    it.each(pairs)(`${theme}: %s on %s is at least %f`, (text, ground, least) => {
      expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(least);
    });
  }
});
