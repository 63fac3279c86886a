/**
 * One colour per identifier, the same in every client (XEP-0392): the hue comes from the SHA-1 of the text. HSLuv makes
 * all hues equally bright, so contrast does not depend on the name.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { Hsluv } from "hsluv";

/**
 * The hue of an identifier (XEP-0392 §5.1).
 * @param identifier a JID must be normalised, as a `BareJid` is (§6.2)
 * @returns degrees, 0 to 360
 */
export function consistentHue(identifier: string): number {
  const [low = 0, high = 0] = sha1(utf8ToBytes(identifier));
  return ((low + high * 256) / 65536) * 360;
}

/**
 * The colour of a hue (XEP-0392 §5.2).
 * @param saturation HSLuv, 0 to 100
 * @param lightness HSLuv, 0 to 100
 * @returns red, green and blue, each 0 to 1
 */
export function hueToRgb(
  hue: number,
  saturation: number,
  lightness: number,
): [red: number, green: number, blue: number] {
  const colour = new Hsluv();
  colour.hsluv_h = hue;
  colour.hsluv_s = saturation;
  colour.hsluv_l = lightness;
  colour.hsluvToRgb();
  return [colour.rgb_r, colour.rgb_g, colour.rgb_b];
}

/** The uses of an identifier's colour, each for the light and the dark theme. */
export interface ConsistentColours {
  /** Fill of an avatar, and the letters on it (at least 4.5:1). */
  avatar: string;
  onAvatar: string;
  /** A name on a bubble or the surface (at least 4.5:1). */
  name: string;
}

const css = (hue: number, saturation: number, lightness: number): string =>
  `rgb(${hueToRgb(hue, saturation, lightness)
    .map((part) => Math.round(Math.min(1, Math.max(0, part)) * 255))
    .join(" ")})`;

const known = new Map<string, ConsistentColours>();
/** Enough for a long chat list; beyond it the colours are computed again. */
const KEPT = 5000;

/** Colours as CSS text; `light-dark()` follows the theme. */
export function consistentColours(identifier: string): ConsistentColours {
  const kept = known.get(identifier);
  if (kept !== undefined) return kept;
  const hue = consistentHue(identifier);
  const colours = {
    avatar: `light-dark(${css(hue, 62, 86)}, ${css(hue, 48, 32)})`,
    onAvatar: `light-dark(${css(hue, 88, 33)}, ${css(hue, 70, 88)})`,
    name: `light-dark(${css(hue, 90, 41)}, ${css(hue, 72, 76)})`,
  };
  if (known.size >= KEPT) known.clear();
  known.set(identifier, colours);
  return colours;
}
