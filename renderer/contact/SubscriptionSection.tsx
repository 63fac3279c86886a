/** Describes who sees whose presence, with possible actions (RFC 6121 §3). */
import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { Contact } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { AddContact } from "../roster/AddContact.tsx";
import { call } from "../state/ipc.ts";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./ContactDetails.module.css";

export interface SubscriptionSectionProps {
  account: AccountId;
  jid: BareJid;
  name: string;
  contact: Contact | undefined;
}

function NotInRoster({ account, jid }: { account: AccountId; jid: BareJid }) {
  const t = useText();
  const [isAdding, setAdding] = useState(false);
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{t("roster.notInRoster")}</h3>
      <p className={styles.hint}>{t("roster.notInRosterText")}</p>
      <div className={styles.actions}>
        <Button size="small" icon={<UserPlus size={16} />} onPress={() => setAdding(true)}>
          {t("roster.addContact")}
        </Button>
      </div>
      <AddContact isOpen={isAdding} onClose={() => setAdding(false)} account={account} jid={jid} />
    </section>
  );
}

export function SubscriptionSection({ account, jid, name, contact }: SubscriptionSectionProps) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  if (contact === undefined) return <NotInRoster account={account} jid={jid} />;
  const seesThem = contact.subscription === "to" || contact.subscription === "both";
  const seenByThem = contact.subscription === "from" || contact.subscription === "both";

  async function act(command: "subscription.request" | "subscription.cancel", said: string): Promise<void> {
    setBusy(true);
    if (await attempt(call(command, { account, jid }))) showToast({ tone: "success", text: said });
    setBusy(false);
  }

  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{t("roster.subscription")}</h3>
      <p className={styles.text}>{t(`roster.subscription-${contact.subscription}`)}</p>
      {contact.asked && !seesThem && <p className={styles.hint}>{t("roster.asked")}</p>}
      <div className={styles.actions}>
        {!seesThem && (
          <Button
            size="small"
            isDisabled={isBusy}
            onPress={() => void act("subscription.request", t("roster.requested", { name }))}
          >
            {t(contact.asked ? "roster.requestAgain" : "roster.request")}
          </Button>
        )}
        {seenByThem && (
          <Button
            size="small"
            isDisabled={isBusy}
            onPress={() => void act("subscription.cancel", t("roster.stopped", { name }))}
          >
            {t("roster.stopSharing")}
          </Button>
        )}
      </div>
    </section>
  );
}
