/** The head of a chat: who it is, what the presence says, and the way to the details. */
import { ArrowLeft, PanelRight } from "lucide-react";
import { Button } from "react-aria-components";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { useIsNarrow } from "../ui/narrow.ts";
import { NameLine } from "../contact/NameLine.tsx";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useContact } from "../state/contacts/contacts.ts";
import { useNavigation } from "../state/navigation.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./ChatHeader.module.css";

export function ChatHeader({ account, jid, name }: { account: AccountId; jid: BareJid; name: string }) {
  const t = useText();
  const isNarrow = useIsNarrow();
  const contact = useContact(account, jid);
  const own = useAccounts(({ accounts }) =>
    accounts.length > 1 ? accounts.find((one) => one.id === account)?.jid : undefined,
  );
  const details = useNavigation((state) => state.details);
  const { toggleDetails, closeChat } = useNavigation.getState();
  const presence =
    contact === undefined
      ? t("roster.stranger")
      : contact.status.trim() === ""
        ? t(`presence.${contact.show}`)
        : contact.status;
  return (
    <header className={styles.header}>
      {isNarrow && (
        <IconButton label={t("common.back")} onPress={closeChat}>
          <ArrowLeft />
        </IconButton>
      )}
      <Button className={styles.who ?? ""} onPress={toggleDetails}>
        <span className={styles.spoken}>{t("roster.detailsOf", { name })}</span>
        <Portrait account={account} of={jid} jid={jid} name={name} show={contact?.show} />
      </Button>
      <div className={styles.words}>
        <h1 className={styles.name} title={name}>
          <span className={styles.spoken}>{name}</span>
          <span aria-hidden="true">
            <NameLine name={name} isAddress={name === jid} />
          </span>
        </h1>
        <p className={styles.presence}>
          <bdi title={contact?.status}>{presence}</bdi>
          {own !== undefined && <span> · {own}</span>}
        </p>
      </div>
      <IconButton
        label={details ? t("chat.closeDetails") : t("chat.openDetails")}
        isActive={details}
        onPress={toggleDetails}
      >
        <PanelRight />
      </IconButton>
    </header>
  );
}
