/** The details of a contact, in the panel next to the chat. */
import { Copy, X } from "lucide-react";
import { useEffect } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { useText } from "../i18n/index.ts";
import { setMuted, setPinned, useChat } from "../state/chats.ts";
import { loadDetails, useContact, useResources } from "../state/contacts/contacts.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { logged } from "../log.ts";
import styles from "./ContactDetails.module.css";
import { EditableName } from "./EditableName.tsx";
import { EncryptionSection } from "./EncryptionSection.tsx";
import { GroupsEditor } from "./GroupsEditor.tsx";
import { useBreaksRules } from "../state/address.ts";
import { nameOf } from "../state/names.ts";
import { copy } from "../state/act.ts";
import { RemoveContact } from "./RemoveContact.tsx";
import { Resources } from "./Resources.tsx";
import { SubscriptionSection } from "./SubscriptionSection.tsx";

export interface ContactDetailsProps {
  account: AccountId;
  jid: BareJid;
  onClose(): void;
}

export function ContactDetails({ account, jid, onClose }: ContactDetailsProps) {
  useFollowCore();
  const t = useText();
  const contact = useContact(account, jid);
  const chat = useChat(account, jid);
  const resources = useResources(account, jid);
  const breaks = useBreaksRules(jid);
  const name = nameOf(contact, jid);
  useEffect(() => {
    // While offline the known list is shown.
    loadDetails({ account, jid }).catch(logged("the resources of a contact could not be read"));
  }, [account, jid]);

  return (
    <div className={styles.details}>
      <header className={styles.header}>
        <h2 className={styles.heading}>{t("common.details")}</h2>
        <IconButton label={t("chat.closeDetails")} onPress={onClose}>
          <X />
        </IconButton>
      </header>
      <div className={styles.who}>
        <Portrait account={account} of={jid} jid={jid} name={name} size="huge" show={contact?.show} />
        <EditableName account={account} jid={jid} name={name} canRename={contact !== undefined} />
        <p className={styles.jid}>
          <bdi>{jid}</bdi>
          <IconButton size="small" label={t("roster.copyJid")} onPress={() => void copy(jid, t("common.copied"))}>
            <Copy />
          </IconButton>
        </p>
        {breaks && <p className={styles.presence}>{t("roster.breaksRulesWhy")}</p>}
        {contact !== undefined && (
          <p className={styles.presence}>
            {t(`presence.${contact.show}`)}
            {contact.status.trim() !== "" && <bdi className={styles.status}>{contact.status}</bdi>}
          </p>
        )}
      </div>
      {contact !== undefined && <Resources resources={resources} />}
      <SubscriptionSection account={account} jid={jid} name={name} contact={contact} />
      <EncryptionSection account={account} jid={jid} name={name} />
      {contact !== undefined && <GroupsEditor contact={contact} />}
      {chat !== undefined && (
        <section className={styles.section}>
          <h3 className={styles.title}>{t("roster.chatSection")}</h3>
          <Switch
            label={t("roster.pinChat")}
            isSelected={chat.pinned}
            onChange={(pinned) => void setPinned(chat, pinned)}
          />
          <Switch
            label={t("roster.muteChat")}
            hint={t("roster.muteHint")}
            isSelected={chat.muted}
            onChange={(muted) => void setMuted(chat, muted)}
          />
        </section>
      )}
      {contact !== undefined && <RemoveContact contact={contact} name={name} />}
    </div>
  );
}
