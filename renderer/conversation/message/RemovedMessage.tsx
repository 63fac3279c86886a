/** Shown instead of a message that its author retracted or emptied, or a moderator removed. */
import { Eraser, LockOpen, Trash2 } from "lucide-react";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";
import styles from "./RemovedMessage.module.css";

export function RemovedMessage({ message: { direction, retracted } }: { message: Message }) {
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

/** Its author corrected the text to an empty one (XEP-0308). */
export const isEmptied = ({ body, files, editedAt }: Pick<Message, "body" | "files" | "editedAt">): boolean =>
  body === "" && files.length === 0 && editedAt !== null;

export function EmptiedMessage() {
  const t = useText();
  return (
    <span className={styles.gone}>
      <Eraser aria-hidden="true" />
      <span>{t("chat.emptied")}</span>
    </span>
  );
}
