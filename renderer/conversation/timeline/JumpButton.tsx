/** Jumps to the newest message, with the number of new ones. */
import { ChevronDown } from "lucide-react";
import { Button } from "react-aria-components";
import { useText } from "../../i18n/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import styles from "./JumpButton.module.css";

export function JumpButton({ isShown, unread, onPress }: { isShown: boolean; unread: number; onPress(): void }) {
  const t = useText();
  if (!isShown) return null;
  return (
    <Button className={styles.jump ?? ""} onPress={onPress}>
      <span className={styles.spoken}>
        {unread > 0 ? t("chat.jumpToNew", { count: unread }) : t("chat.jumpToNewest")}
      </span>
      <ChevronDown aria-hidden="true" />
      <span className={styles.count}>
        <Badge count={unread} />
      </span>
    </Button>
  );
}
