/** A person's vCard (XEP-0292, XEP-0054), as text. */
import { IdCard } from "lucide-react";
import { useText } from "../i18n/index.ts";
import type { VcardView } from "../state/dialogs.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { RequestView, Entries } from "./Answer.tsx";
import styles from "./Service.module.css";
import { useServiceRequest } from "./use-service-request.ts";

export function VcardDialog({ view: { account, at }, onClose }: { view: VcardView; onClose(): void }) {
  const t = useText();
  const asked = useServiceRequest(() => call("vcard.get", { account, at }));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      icon={<IdCard />}
      title={t("service.card", { at })}
      actions={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <RequestView at={at} asked={asked}>
        {(card) =>
          card.length === 0 ? (
            <p role="status">{t("service.noCard")}</p>
          ) : (
            <div className={styles.body}>
              <p className={styles.where} role="status">
                {t("service.cardNote")}
              </p>
              <Entries entries={card.map(({ field, text }) => ({ label: t(`service.card-${field}`), text }))} />
            </div>
          )
        }
      </RequestView>
    </Dialog>
  );
}
