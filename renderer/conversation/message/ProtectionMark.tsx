/** The protection of a message next to its time: a lock or a shield, and text if there is a problem. */
import { Lock, LockOpen, ShieldAlert, ShieldCheck } from "lucide-react";
import type { Protection } from "../../../shared/model/encryption.ts";
import type { Text } from "../../i18n/index.ts";
import { useText } from "../../i18n/index.ts";
import styles from "./ProtectionMark.module.css";

type Mark = "encrypted" | "verified" | "notEncrypted" | "fromUndecided" | "fromDistrusted";

/** @returns null for a normal message in an unencrypted chat, and for an unreadable one */
function markOf(protection: Protection): Mark | null {
  if (protection.kind === "none") return protection.unexpected ? "notEncrypted" : null;
  if (protection.kind === "unreadable" || protection.problem !== null) return null;
  if (protection.trust === "verified") return "verified";
  if (protection.trust === "undecided") return "fromUndecided";
  return protection.trust === "distrusted" ? "fromDistrusted" : "encrypted";
}

const ICONS = {
  encrypted: Lock,
  verified: ShieldCheck,
  notEncrypted: LockOpen,
  fromUndecided: ShieldAlert,
  fromDistrusted: ShieldAlert,
};

/** The mark as text for the message's label; null if there is none. */
export function protectionText(protection: Protection, t: Text): string | null {
  const mark = markOf(protection);
  return mark === null ? null : t(`encryption.${mark}`);
}

export function ProtectionMark({ protection }: { protection: Protection }) {
  const t = useText();
  const mark = markOf(protection);
  if (mark === null) return null;
  const Icon = ICONS[mark];
  if (mark === "encrypted" || mark === "verified") return <Icon className={styles.icon} data-mark={mark} />;
  return (
    <span className={styles.warning} title={t(`encryption.${mark}Hint`)} data-mark={mark}>
      <Icon className={styles.icon} />
      {t(`encryption.${mark}`)}
      <span className={styles.dot}>·</span>
    </span>
  );
}
