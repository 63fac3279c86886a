/** A conversation with a contact, or with somebody who is not a contact yet. */
import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { ConversationView } from "../conversation/ConversationView.tsx";
import { useText } from "../i18n/index.ts";
import { AddContact } from "../roster/AddContact.tsx";
import { useChat } from "../state/chats.ts";
import { useContact, useContacts } from "../state/contacts/contacts.ts";
import { useRequests } from "../state/pending/pending.ts";
import { useName } from "../state/names.ts";
import { Button } from "../ui/Button.tsx";
import { ContactHeader } from "./ContactHeader.tsx";
import { KeyBanners } from "./KeyBanners.tsx";
import styles from "./Stranger.module.css";

interface Key {
  account: AccountId;
  jid: BareJid;
}

/** Offers to add somebody who is not in the roster. */
function Stranger({ account, jid }: Key) {
  const t = useText();
  const [isAdding, setAdding] = useState(false);
  return (
    <div className={styles.stranger}>
      <p className={styles.text}>{t("chat.strangerTitle", { jid })}</p>
      <Button size="small" icon={<UserPlus size={16} />} onPress={() => setAdding(true)}>
        {t("chat.strangerAdd")}
      </Button>
      <AddContact isOpen={isAdding} onClose={() => setAdding(false)} account={account} jid={jid} />
    </div>
  );
}

export function ContactConversation({ account, jid }: Key) {
  const name = useName(account, jid);
  const chat = useChat(account, jid);
  const isStranger = useContact(account, jid) === undefined;
  const knowsRoster = useContacts((state) => state.status === "ready");
  const asks = useRequests((state) => state.items.some((one) => one.account === account && one.jid === jid));
  return (
    <ConversationView
      account={account}
      jid={jid}
      name={name}
      header={<ContactHeader account={account} jid={jid} name={name} />}
      banners={
        <>
          {isStranger && knowsRoster && !asks && <Stranger account={account} jid={jid} />}
          {chat !== undefined && <KeyBanners chat={chat} name={name} />}
        </>
      }
    />
  );
}
