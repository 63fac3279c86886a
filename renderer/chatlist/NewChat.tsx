/** Starts a chat with a contact from the list, or with a typed address. */
import { MessageCirclePlus, MessagesSquare, UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { AccountChoice, firstAccount } from "../roster/AccountChoice.tsx";
import { ContactList } from "../roster/ContactList.tsx";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./NewChat.module.css";
import { typedProblem, useAddress } from "../state/address.ts";
import { AddressProblem, AddressRow } from "../roster/AddressRow.tsx";

export interface NewChatProps {
  isOpen: boolean;
  onClose(): void;
  onAddContact(): void;
}

function Body({ onClose }: { onClose(): void }) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(firstAccount);
  const [text, setText] = useState("");
  const check = useAddress(text);
  const { jid } = check;
  const problem = typedProblem(text, check);
  const { open, showDialog } = useNavigation.getState();

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
            showDialog({ kind: "create" });
          }}
        >
          {t("room.newTitle")}
        </Button>
        <Button
          icon={<UsersRound size={16} aria-hidden="true" />}
          onPress={() => {
            onClose();
            showDialog({ kind: "join", at: null });
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
          problem !== null ? (
            <AddressProblem text={t(problem)} />
          ) : jid === null ? null : (
            <>
              <AddressRow jid={jid} text={t("roster.writeTo", { jid })} onPick={write} />
              <AddressRow
                jid={jid}
                text={t("room.joinNamed", { jid })}
                isGroup
                onPick={() => {
                  onClose();
                  if (account !== null) showDialog({ kind: "join", at: { account, jid } });
                }}
              />
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
