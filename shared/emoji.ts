/** Recognises a single emoji (UTS #51), for large rendering and for reactions. Pure. */
import { z } from "zod";

/** One emoji, fully qualified: with every U+FE0F that requests emoji presentation. */
export const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
/** Length limit in UTF-16 units. The longest emoji of Unicode 17 (kiss with two skin tones) takes 15. */
const MOST_UNITS = 32;
const SELECTOR = "\u{fe0f}";

/**
 * @returns the emoji in one canonical spelling, so that clients that differ in U+FE0F compare equal; null for anything
 * else:
 *   text, several emoji, controls, and sequences that Unicode does not recommend for interchange
 */
export function emojiOf(text: string): string | null {
  if (text.length > MOST_UNITS) return null;
  const bare = text.replaceAll(SELECTOR, "");
  const whole = bare.replace(/(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu, `$&${SELECTOR}`);
  return [whole, bare].find((one) => ONE_EMOJI.test(one)) ?? null;
}

export const emojiSchema = z.string().transform((text, context): string => {
  const emoji = emojiOf(text);
  if (emoji !== null) return emoji;
  context.addIssue({ code: "custom", message: "not an emoji" });
  return z.NEVER;
});
