/** Removes a contact after a question; a note offers to add it again. */
import { UserMinus } from "lucide-react";
import { useState } from "react";
import type { Contact } from "../../shared/model/contact.ts";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./ContactDetails.module.css";

export function RemoveContact({ contact, name }: { contact: Contact; name: string }) {
  const t = useText();
  const [isAsking, setAsking] = useState(false);

  async function remove(): Promise<void> {
    const { account, jid, groups } = contact;
    setAsking(false);
    if (!(await attempt(call("roster.remove", { account, jid })))) return;
    // Adding requests the presence again, and the contact must accept again; undoing cannot avoid that.
    const undo = () => void attempt(call("roster.add", { account, jid, name: contact.name, groups }));
    showToast({ tone: "neutral", text: t("roster.removed", { name }), action: { label: t("chat.undo"), run: undo } });
  }

  return (
    <div className={styles.remove}>
      <Button variant="danger-quiet" icon={<UserMinus size={16} />} onPress={() => setAsking(true)}>
        {t("roster.removeContact")}
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        role="alertdialog"
        tone="danger"
        title={t("roster.removeTitle", { name })}
        icon={<UserMinus />}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("common.cancel")}</Button>
            <Button variant="danger" onPress={() => void remove()}>
              {t("roster.remove")}
            </Button>
          </>
        }
      >
        <p className={styles.text}>{t("roster.removeText", { name })}</p>
      </Dialog>
    </div>
  );
}
