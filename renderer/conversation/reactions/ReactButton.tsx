/** The button that reacts to a message: six emoji at once, all others in the picker. */
import { Plus, SmilePlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button, Dialog, DialogTrigger, Popover, ToggleButton, Toolbar } from "react-aria-components";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";
import { isReactionSafe, react } from "../../state/messages/reacting.ts";
import { Tooltip } from "../../ui/feedback/Tooltip.tsx";
import picker from "./EmojiPicker.module.css";
import actions from "../message/MessageActions.module.css";
import styles from "./Reactions.module.css";

const EmojiPicker = lazy(() => import("./EmojiPicker.tsx"));

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export interface ReactButtonProps {
  message: Message;
  /** Author and time as text. */
  name: string;
  time: string;
  /** Reached by Tab; those of other messages by arrows. */
  isTabStop: boolean;
}

export function ReactButton({ message, name, time, isTabStop }: ReactButtonProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const [isPicking, setPicking] = useState(false);
  const isSafe = isReactionSafe(message);
  const own = new Set(message.reactions.filter((one) => one.own).map(({ emoji }) => emoji));
  function open(isNow: boolean): void {
    setOpen(isNow);
    setPicking(false);
  }
  function choose(emoji: string): void {
    open(false);
    void react(message, emoji, !own.has(emoji));
  }
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={open}>
      <Button
        className={actions.button ?? ""}
        data-message-actions="react"
        data-open={isOpen || undefined}
        excludeFromTabOrder={!isTabStop}
        aria-label={t("reactions.to", { name: isolated(name), time })}
      >
        <SmilePlus aria-hidden="true" />
      </Button>
      <Popover className={isPicking ? (picker.popover ?? "") : (styles.popover ?? "")} placement="top" offset={4}>
        <Dialog className={picker.dialog ?? ""} aria-label={t("reactions.add")}>
          {!isSafe ? (
            <p className={styles.explanation}>{t("reactions.cannot")}</p>
          ) : isPicking ? (
            <Suspense fallback={<div className={picker.root} aria-label={t("chat.emojiLoading")} role="status" />}>
              <EmojiPicker onPick={choose} />
            </Suspense>
          ) : (
            <Toolbar className={styles.quick ?? ""} aria-label={t("reactions.add")}>
              {QUICK.map((emoji, at) => (
                <ToggleButton
                  key={emoji}
                  className={styles.choice ?? ""}
                  autoFocus={at === 0}
                  isSelected={own.has(emoji)}
                  onChange={() => choose(emoji)}
                  aria-label={t(own.has(emoji) ? "reactions.takeBack" : "reactions.give", { emoji })}
                >
                  {emoji}
                </ToggleButton>
              ))}
              <Tooltip text={t("reactions.more")}>
                <Button
                  className={styles.choice ?? ""}
                  aria-label={t("reactions.more")}
                  onPress={() => setPicking(true)}
                >
                  <Plus aria-hidden="true" />
                </Button>
              </Tooltip>
            </Toolbar>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
