/** The emoji and their names, bundled and loaded when the picker first opens. Nothing is fetched from elsewhere. */
import type { EmojiData, SkinTone } from "frimousse";
import type { Language } from "../../../shared/model/language.ts";

/** The newest emoji version that the fonts of current systems support. */
const NEWEST = 15.1;
const TONES: readonly Exclude<SkinTone, "none">[] = ["light", "medium-light", "medium", "medium-dark", "dark"];

interface RawEmoji {
  emoji: string;
  label: string;
  tags?: string[];
  group?: number;
  subgroup?: number;
  version: number;
  skins?: { emoji: string; tone?: number | number[] }[];
}
interface RawMessages {
  groups: { key: string; message: string; order: number }[];
  skinTones: { key: string; message: string }[];
}

async function load(language: Language): Promise<{ emojis: RawEmoji[]; messages: RawMessages }> {
  const [emojis, messages] =
    language === "de"
      ? await Promise.all([import("emojibase-data/de/data.json"), import("emojibase-data/de/messages.json")])
      : await Promise.all([import("emojibase-data/en/data.json"), import("emojibase-data/en/messages.json")]);
  return { emojis: emojis.default as RawEmoji[], messages: messages.default as RawMessages };
}

function skinsOf({ skins = [] }: RawEmoji): Record<Exclude<SkinTone, "none">, string> | undefined {
  const found: Partial<Record<SkinTone, string>> = {};
  for (const { tone, emoji } of skins) {
    const name = typeof tone === "number" ? TONES[tone - 1] : undefined;
    if (name !== undefined) found[name] = emoji;
  }
  return TONES.every((tone) => found[tone] !== undefined)
    ? (found as Record<Exclude<SkinTone, "none">, string>)
    : undefined;
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** The data for frimousse in the given language. */
export async function emojiData(language: Language): Promise<EmojiData> {
  const { emojis, messages } = await load(language);
  return {
    locale: language,
    emojis: emojis
      .filter((one) => one.group !== undefined && one.group !== 2 && one.version <= NEWEST)
      .map((one) => {
        const skins = skinsOf(one);
        return {
          emoji: one.emoji,
          category: one.group ?? 0,
          label: capital(one.label),
          version: one.version,
          tags: one.tags ?? [],
          ...(skins === undefined ? {} : { skins }),
        };
      }),
    categories: messages.groups
      .filter((group) => group.key !== "component")
      .map((group) => ({ index: group.order, label: capital(group.message) })),
    skinTones: Object.fromEntries(
      messages.skinTones.map(({ key, message }) => [key, capital(message)]),
    ) as EmojiData["skinTones"],
  };
}
