/** Begins a chat: with a contact from the list, or with an address that somebody types. */
import { MessageCirclePlus, MessagesSquare, UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { AccountChoice, firstAccount } from "../roster/AccountChoice.tsx";
import { ContactList } from "../roster/ContactList.tsx";
import { useNavigation } from "../state/navigation.ts";
import { Avatar } from "../ui/avatar/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./NewChat.module.css";
import { useAddress } from "./use-address.ts";

export interface NewChatProps {
  isOpen: boolean;
  onClose(): void;
  onAddContact(): void;
}

function Body({ onClose }: { onClose(): void }) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(firstAccount);
  const [text, setText] = useState("");
  const jid = useAddress(text);
  const { open, showRoomDialog } = useNavigation.getState();

  function write(): void {
    if (account === null || jid === null) return;
    open({ account, jid });
    onClose();
  }

  return (
    <div className={styles.body}>
      <p className={styles.hint}>{t("roster.newChatHint")}</p>
      <div className={styles.groups}>
        <Button
          icon={<MessagesSquare size={16} aria-hidden="true" />}
          onPress={() => {
            onClose();
            showRoomDialog({ kind: "create" });
          }}
        >
          {t("room.newTitle")}
        </Button>
        <Button
          icon={<UsersRound size={16} aria-hidden="true" />}
          onPress={() => {
            onClose();
            showRoomDialog({ kind: "join", at: null });
          }}
        >
          {t("room.joinTitle")}
        </Button>
      </div>
      {account !== null && <AccountChoice value={account} onChange={setAccount} />}
      <ContactList
        onPick={(contact) => {
          open(contact);
          onClose();
        }}
        onFilter={setText}
        onEnter={write}
        above={
          jid === null ? null : (
            <>
              <button type="button" className={styles.write} onClick={write}>
                <Avatar jid={jid} size="small" />
                <span className={styles.writeText}>{t("roster.writeTo", { jid })}</span>
              </button>
              <button
                type="button"
                className={styles.write}
                onClick={() => {
                  onClose();
                  if (account !== null) showRoomDialog({ kind: "join", at: { account, jid } });
                }}
              >
                <Avatar jid={jid} size="small" isGroup />
                <span className={styles.writeText}>{t("room.joinNamed", { jid })}</span>
              </button>
            </>
          )
        }
      />
    </div>
  );
}

export function NewChat({ isOpen, onClose, onAddContact }: NewChatProps) {
  const t = useText();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t("roster.newChatTitle")}
      icon={<MessageCirclePlus />}
      actions={
        <Button icon={<UserPlus size={16} />} onPress={onAddContact}>
          {t("roster.addContact")}
        </Button>
      }
    >
      <Body onClose={onClose} />
    </Dialog>
  );
}
