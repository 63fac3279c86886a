/** Above a list of contacts: what can be done with the address that was typed. */
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
