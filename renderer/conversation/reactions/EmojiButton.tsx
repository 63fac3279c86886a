/** Opens the emoji picker, which is loaded only then. */
import { Smile } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useText } from "../../i18n/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./EmojiPicker.module.css";

const EmojiPicker = lazy(() => import("./EmojiPicker.tsx"));

export function EmojiButton({ onPick }: { onPick(emoji: string): void }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <IconButton label={t("chat.emoji")} isActive={isOpen}>
        <Smile />
      </IconButton>
      <Popover className={styles.popover ?? ""} placement="top start" offset={10}>
        <Dialog className={styles.dialog ?? ""} aria-label={t("chat.emoji")}>
          <Suspense fallback={<div className={styles.root} aria-label={t("chat.emojiLoading")} role="status" />}>
            <EmojiPicker
              onPick={(emoji) => {
                setOpen(false);
                onPick(emoji);
              }}
            />
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
