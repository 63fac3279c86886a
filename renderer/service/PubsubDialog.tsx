/** A node of a service (XEP-0060): the result of subscribing, or its items as text. */
import { Newspaper } from "lucide-react";
import { useText } from "../i18n/index.ts";
import type { PubsubView } from "../state/dialogs.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { RequestView } from "./Answer.tsx";
import styles from "./Service.module.css";
import { useServiceRequest } from "./use-service-request.ts";

function Subscribing({ account, at, node, action }: PubsubView) {
  const t = useText();
  const asked = useServiceRequest(() =>
    call(action === "subscribe" ? "pubsub.subscribe" : "pubsub.unsubscribe", { account, at, node }),
  );
  return (
    <RequestView at={at} asked={asked}>
      {(state) => <p role="status">{t(`service.subscription-${state}`)}</p>}
    </RequestView>
  );
}

function Items({ account, at, node, item }: PubsubView) {
  const t = useText();
  const asked = useServiceRequest(() => call("pubsub.items", { account, at, node, item }));
  return (
    <RequestView at={at} asked={asked}>
      {(items) =>
        items.length === 0 ? (
          <p role="status">{t("service.nothingPublished")}</p>
        ) : (
          <ul className={styles.body}>
            {items.map(({ id, text, cut }, place) => (
              <li key={place} className={styles.part}>
                <h3 className={styles.head}>
                  <bdi>{id === "" ? t("service.nameless") : id}</bdi>
                </h3>
                {/* Overflowing content can be scrolled by keyboard. */}
                <pre
                  className={styles.source}
                  dir="auto"
                  tabIndex={0}
                  role="region"
                  aria-label={id === "" ? t("service.nameless") : id}
                >
                  {text === "" ? t("service.empty") : text}
                </pre>
                {cut && <p className={styles.fact}>{t("service.cutItem")}</p>}
              </li>
            ))}
          </ul>
        )
      }
    </RequestView>
  );
}

export function PubsubDialog({ view, onClose }: { view: PubsubView; onClose(): void }) {
  const t = useText();
  const isReading = view.action === "retrieve";
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      icon={<Newspaper />}
      title={isReading ? t("service.published", { at: view.at }) : t("service.subscription")}
      actions={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <div className={styles.body}>
        <p className={styles.where}>
          <bdi>{[...(isReading ? [] : [view.at]), view.node].join(" · ")}</bdi>
        </p>
        {isReading ? <Items {...view} /> : <Subscribing {...view} />}
      </div>
    </Dialog>
  );
}
