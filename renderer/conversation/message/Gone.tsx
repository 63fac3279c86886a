/** What stands where a message was that its author took back, or a moderator removed. */
import { LockOpen, Trash2 } from "lucide-react";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";
import styles from "./Gone.module.css";

export function Gone({ message: { direction, retracted } }: { message: Message }) {
  const t = useText();
  if (retracted === null) return null;
  const { moderated, by, reason, unencrypted } = retracted;
  const what = !moderated
    ? t(direction === "out" ? "chat.goneOwn" : "chat.gone")
    : by === null
      ? t("chat.removed")
      : t("chat.removedBy", { name: isolated(by) });
  return (
    <span className={styles.gone}>
      <Trash2 aria-hidden="true" />
      <span>
        {what}
        {unencrypted && (
          <span className={styles.unencrypted} title={t("chat.goneUnencryptedHint")}>
            <LockOpen aria-hidden="true" />
            <span>{t("chat.goneUnencrypted")}</span>
          </span>
        )}
        {reason !== "" && <bdi className={styles.reason}>{t("chat.removedWhy", { reason })}</bdi>}
      </span>
    </span>
  );
}
