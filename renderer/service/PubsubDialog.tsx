/** A node of a service (XEP-0060): what came of subscribing, or what it holds, as text. */
import { Newspaper } from "lucide-react";
import { useText } from "../i18n/index.ts";
import type { PubsubView } from "../state/dialogs.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Awaited } from "./Answer.tsx";
import styles from "./Service.module.css";
import { useAsked } from "./use-asked.ts";

function Subscribing({ account, at, node, action }: PubsubView) {
  const t = useText();
  const asked = useAsked(() =>
    call(action === "subscribe" ? "pubsub.subscribe" : "pubsub.unsubscribe", { account, at, node }),
  );
  return (
    <Awaited at={at} asked={asked}>
      {(state) => <p role="status">{t(`service.subscription-${state}`)}</p>}
    </Awaited>
  );
}

function Items({ account, at, node, item }: PubsubView) {
  const t = useText();
  const asked = useAsked(() => call("pubsub.items", { account, at, node, item }));
  return (
    <Awaited at={at} asked={asked}>
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
                {/* What overflows is scrolled by keyboard, too. */}
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
    </Awaited>
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
