/** The emoji picker: keyboard search in the chosen language, arrows, Enter, skin tones. */
import { EmojiPicker as Picker, type EmojiPickerListComponents, type SkinTone } from "frimousse";
import { useState } from "react";
import { useLanguage, useText } from "../../i18n/index.ts";
import styles from "./EmojiPicker.module.css";
import { emojiData } from "./emoji-data.ts";

/** The library counts rows and columns from 0, ARIA from 1. */
const fromOne = (index: number | undefined): number | undefined => (index === undefined ? undefined : index + 1);

const parts: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={styles.category}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    <div {...props} aria-rowindex={fromOne(props["aria-rowindex"])} className={styles.row}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button {...props} aria-colindex={fromOne(props["aria-colindex"])} className={styles.emoji} title={emoji.label}>
      {emoji.emoji}
    </button>
  ),
};

/** The last chosen skin tone, while the window is open. */
let tone: SkinTone = "none";

export default function EmojiPicker({ onPick }: { onPick(emoji: string): void }) {
  const t = useText();
  const language = useLanguage();
  const [skinTone, setSkinTone] = useState<SkinTone>(tone);
  return (
    <Picker.Root
      className={styles.root}
      locale={language}
      columns={9}
      skinTone={skinTone}
      resolveEmojiData={(locale) => emojiData(locale === "de" ? "de" : "en")}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <div className={styles.head}>
        <Picker.Search
          className={styles.search}
          autoFocus
          placeholder={t("chat.emojiSearch")}
          aria-label={t("chat.emojiSearch")}
        />
        <Picker.SkinTone emoji="✋">
          {({ skinTone: current, setSkinTone: change, skinToneVariations }) => (
            <button
              type="button"
              className={styles.tone}
              aria-label={t("chat.emojiSkin")}
              title={t("chat.emojiSkin")}
              onClick={() => {
                const at = skinToneVariations.findIndex((one) => one.skinTone === current);
                const next = skinToneVariations[(at + 1) % skinToneVariations.length]?.skinTone ?? "none";
                tone = next;
                setSkinTone(next);
                change(next);
              }}
            >
              {skinToneVariations.find((one) => one.skinTone === current)?.emoji}
            </button>
          )}
        </Picker.SkinTone>
      </div>
      <Picker.Viewport className={styles.viewport}>
        <Picker.Loading className={styles.note}>{t("chat.emojiLoading")}</Picker.Loading>
        <Picker.Empty className={styles.note}>{t("chat.emojiNone")}</Picker.Empty>
        <Picker.List className={styles.list} components={parts} />
      </Picker.Viewport>
      <Picker.ActiveEmoji>
        {({ emoji }) => (
          <p className={styles.active}>
            <span aria-hidden="true">{emoji?.emoji ?? ""}</span>
            <span className={styles.activeName}>{emoji?.label ?? ""}</span>
          </p>
        )}
      </Picker.ActiveEmoji>
    </Picker.Root>
  );
}
