/** Above a list of contacts: actions for a typed address, or why it is not one. */
import type { BareJid } from "../../shared/jid.ts";
import { Avatar } from "../ui/avatar/Avatar.tsx";
import styles from "./AddressRow.module.css";

export interface AddressRowProps {
  jid: BareJid;
  text: string;
  isGroup?: boolean;
  onPick(): void;
}

export function AddressRow({ jid, text, isGroup = false, onPick }: AddressRowProps) {
  return (
    <button type="button" className={styles.row} onClick={onPick}>
      <Avatar jid={jid} size="small" isGroup={isGroup} />
      <span className={styles.text}>{text}</span>
    </button>
  );
}

export function AddressProblem({ text }: { text: string }) {
  return (
    <p className={styles.problem} role="status">
      {text}
    </p>
  );
}
