/**
 * What stands in the place of a message that could not be read as a stanza: that there was one, and why it is not
 * shown.
 */
import { FileWarning } from "lucide-react";
import type { UnreadableReason } from "../../../shared/model/encryption.ts";
import { useText } from "../../i18n/index.ts";
import styles from "./Unreadable.module.css";

export function NotAStanza({ reason }: { reason: UnreadableReason }) {
  const t = useText();
  return (
    <span className={styles.unreadable}>
      <FileWarning className={styles.icon} aria-hidden="true" />
      <span>{t(`unreadable.${reason}`)}</span>
    </span>
  );
}
