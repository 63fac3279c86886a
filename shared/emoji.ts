/** What counts as one emoji (UTS #51), for what is drawn large and for reactions. Pure. */
import { z } from "zod";

/** One emoji as it should be written: with every selector that makes it a picture. */
export const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
/**
 * The longest of Unicode 17, a couple that kisses with two skin tones, takes 15 UTF-16 units; nobody needs twice as
 * many.
 */
const MOST_UNITS = 32;
const SELECTOR = "\u{fe0f}";

/**
 * @returns the emoji in the one way of writing it that all programs can compare (they differ in U+FE0F); null for what
 * is
 *   not a single emoji: text, several, controls, and what Unicode does not recommend for interchange
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
