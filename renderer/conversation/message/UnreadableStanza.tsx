/** Shown instead of a message that could not be read, with the reason. */
import { FileWarning, LockKeyhole, PhoneMissed, type LucideIcon } from "lucide-react";
import type { Protection, UnreadableReason } from "../../../shared/model/encryption.ts";
import { useText } from "../../i18n/index.ts";
import { unreadableText } from "./reading-problem.ts";
import styles from "./Unreadable.module.css";

const ICONS: Partial<Record<UnreadableReason, LucideIcon>> = { call: PhoneMissed, encrypted: LockKeyhole };

interface UnreadableStanzaProps {
  protection: Extract<Protection, { kind: "unreadable" }>;
  author: string;
}

export function UnreadableStanza({ protection, author }: UnreadableStanzaProps) {
  const t = useText();
  const Icon = ICONS[protection.reason] ?? FileWarning;
  return (
    <span className={styles.unreadable}>
      <Icon className={styles.icon} aria-hidden="true" />
      <span>{unreadableText(protection, author, t)}</span>
    </span>
  );
}
