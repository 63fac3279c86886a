/** Scrolls up to the first unread message if it is above the visible part. Ctrl+J (⌘J) does the same. */
import { ChevronUp } from "lucide-react";
import { useEffect } from "react";
import { Button } from "react-aria-components";
import { useText } from "../../i18n/index.ts";
import { useSession } from "../../state/accounts/session.ts";
import { useShortcutText } from "../../state/shortcut-text.ts";
import styles from "./UnreadButton.module.css";

export function UnreadButton({
  isShown,
  isBusy,
  unread,
  onPress,
}: {
  isShown: boolean;
  isBusy: boolean;
  unread: number;
  onPress(): void;
}) {
  const t = useText();
  const keys = useShortcutText("J");
  if (!isShown && !isBusy) return null;
  return (
    <Button className={styles.button ?? ""} isPending={isBusy} onPress={onPress}>
      <ChevronUp aria-hidden="true" />
      <span>{isBusy ? t("chat.loadingOlder") : t("chat.jumpToUnread", { count: unread })}</span>
      <kbd className={styles.keys}>{keys}</kbd>
    </Button>
  );
}

/** Listens for the shortcut while a chat is open. */
export function useUnreadKey(go: () => Promise<unknown> | void): void {
  const mac = useSession((state) => state.platform) === "darwin";
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!command || event.altKey || event.shiftKey || event.key.toLowerCase() !== "j" || event.defaultPrevented)
        return;
      event.preventDefault();
      void go();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [mac, go]);
}
