import { describe, expect, it } from "vitest";
import { consistentColours, consistentHue, hueToRgb } from "./consistent-colour.ts";

// XEP-0392 §12.1
const vectors: [text: string, hue: number, rgb: [number, number, number]][] = [
  ["Romeo", 327.255249, [0.865, 0, 0.686]],
  ["juliet@capulet.lit", 209.4104, [0, 0.515, 0.573]],
  ["😺", 331.199341, [0.872, 0, 0.659]],
  ["council", 359.994507, [0.918, 0, 0.394]],
  ["Board", 171.430664, [0, 0.527, 0.457]],
];

describe("consistent colour (XEP-0392)", () => {
  it.each(vectors)("%s has the hue and colour of the test vector", (text, hue, rgb) => {
    expect(consistentHue(text)).toBeCloseTo(hue, 5);
    hueToRgb(hue, 100, 50).forEach((part, index) => expect(part).toBeCloseTo(rgb[index] ?? Number.NaN, 2));
  });

  it("letters on an avatar have a contrast of 4.5:1 at every hue, in both themes, and so do names on every background", () => {
    const grounds = { light: ["#ffffff", "#edf0f3"], dark: ["#1a1f26", "#262e38"] };
    for (let n = 0; n < 720; n++) {
      const { avatar, onAvatar, name } = consistentColours(`person-${n}@example.org`);
      const [avatarLight, avatarDark] = pair(avatar);
      const [onLight, onDark] = pair(onAvatar);
      const [nameLight, nameDark] = pair(name);
      expect(contrast(avatarLight, onLight)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(avatarDark, onDark)).toBeGreaterThanOrEqual(4.5);
      for (const ground of grounds.light) expect(contrast(nameLight, hex(ground))).toBeGreaterThanOrEqual(4.5);
      for (const ground of grounds.dark) expect(contrast(nameDark, hex(ground))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

type Rgb = [number, number, number];
function pair(css: string): [Rgb, Rgb] {
  const found = [...css.matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map((m): Rgb => [
    Number(m[1]),
    Number(m[2]),
    Number(m[3]),
  ]);
  return [found[0] as Rgb, found[1] as Rgb];
}
const hex = (text: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as Rgb;
/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
