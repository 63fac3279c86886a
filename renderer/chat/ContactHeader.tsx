/** The header of a contact's chat: name, presence, and a button for the details. */
import { PanelRight } from "lucide-react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { NameLine } from "../contact/NameLine.tsx";
import { BreaksRules } from "../conversation/BreaksRules.tsx";
import { ConversationHeader, DetailsButton } from "../conversation/ConversationHeader.tsx";
import { useText } from "../i18n/index.ts";
import { useContact } from "../state/contacts/contacts.ts";
import { Hidden } from "../ui/Hidden.tsx";

export function ContactHeader({ account, jid, name }: { account: AccountId; jid: BareJid; name: string }) {
  const t = useText();
  const contact = useContact(account, jid);
  const presence =
    contact === undefined
      ? t("roster.stranger")
      : contact.status.trim() === ""
        ? t(`presence.${contact.show}`)
        : contact.status;
  return (
    <ConversationHeader
      account={account}
      picture={<Portrait account={account} of={jid} jid={jid} name={name} show={contact?.show} />}
      title={name}
      heading={
        <>
          <Hidden>{name}</Hidden>
          <span aria-hidden="true">
            <NameLine name={name} isAddress={name === jid} />
          </span>
        </>
      }
      detailsOf={name}
      actions={<DetailsButton open={t("chat.openDetails")} close={t("chat.closeDetails")} icon={<PanelRight />} />}
    >
      <BreaksRules jid={jid} />
      <bdi title={contact?.status}>{presence}</bdi>
    </ConversationHeader>
  );
}
