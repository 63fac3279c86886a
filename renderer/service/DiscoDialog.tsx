/** The identity, features and items of an address (XEP-0030), and those of its items. */
import { ArrowLeft, ChevronRight, Telescope } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { Jid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import type { DiscoView } from "../state/dialogs.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { RequestView } from "./Answer.tsx";
import styles from "./Service.module.css";
import { useServiceRequest } from "./use-service-request.ts";

interface Place {
  at: Jid;
  node: string;
}
type Of = Place & { account: AccountId };

function About({ account, at, node }: Of) {
  const t = useText();
  const asked = useServiceRequest(() => call("disco.info", { account, at, node }));
  return (
    <RequestView at={at} asked={asked}>
      {({ identities, features }) =>
        identities.length === 0 && features.length === 0 ? (
          <p role="status">{t("service.noAbout")}</p>
        ) : (
          <div className={styles.body}>
            {identities.length > 0 && (
              <section className={styles.part}>
                <h3 className={styles.head}>{t("service.identities")}</h3>
                <ul>
                  {identities.map(({ category, type, name }, place) => (
                    <li key={place} className={styles.words}>
                      {name !== "" && <bdi className={styles.name}>{name}</bdi>}
                      <bdi className={styles.fact}>{[category, type].filter((word) => word !== "").join(" / ")}</bdi>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <section className={styles.part}>
              <h3 className={styles.head}>{t("service.features")}</h3>
              <p className={styles.fact} role="status">
                {t("service.featureCount", { count: features.length })}
              </p>
              {/* Overflowing content can be scrolled by keyboard. */}
              <ul className={styles.features} tabIndex={0} aria-label={t("service.features")}>
                {features.map((feature) => (
                  <li key={feature}>
                    <bdi>{feature}</bdi>
                  </li>
                ))}
              </ul>
            </section>
          </div>
        )
      }
    </RequestView>
  );
}

function Contents({ account, at, node, onGo }: Of & { onGo(place: Place): void }) {
  const t = useText();
  const asked = useServiceRequest(() => call("disco.items", { account, at, node }));
  return (
    <RequestView at={at} asked={asked}>
      {({ items, cut }) => (
        <div className={styles.body}>
          {items.length === 0 && <p role="status">{t("service.noItems")}</p>}
          {items.length > 0 && (
            <ul className={styles.list} aria-label={t("service.contents")}>
              {items.map((item, place) => {
                const name = item.name.trim() === "" ? item.node || item.jid : item.name;
                const fact = [item.jid, item.node].filter((word) => word !== "").join(" · ");
                return (
                  <li key={place}>
                    <AriaButton className={styles.line ?? ""} onPress={() => onGo({ at: item.jid, node: item.node })}>
                      <span className={styles.words}>
                        <bdi className={styles.name}>{name}</bdi>
                        {fact !== name && <bdi className={styles.fact}>{fact}</bdi>}
                      </span>
                      <ChevronRight className={styles.go} aria-hidden="true" />
                    </AriaButton>
                  </li>
                );
              })}
            </ul>
          )}
          {cut && <p className={styles.fact}>{t("service.moreItems")}</p>}
        </div>
      )}
    </RequestView>
  );
}

export function DiscoDialog({ view, onClose }: { view: DiscoView; onClose(): void }) {
  const t = useText();
  const { account } = view;
  const [way, setWay] = useState<readonly Place[]>([{ at: view.at, node: view.node }]);
  const [tab, setTab] = useState(view.request);
  const here = way.at(-1) ?? view;
  const key = `${way.length} ${here.at} ${here.node}`;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      icon={<Telescope />}
      title={here.at}
      actions={
        <>
          {way.length > 1 && (
            <Button icon={<ArrowLeft size={16} aria-hidden="true" />} onPress={() => setWay(way.slice(0, -1))}>
              {t("common.back")}
            </Button>
          )}
          <Button onPress={onClose}>{t("common.close")}</Button>
        </>
      }
    >
      <div className={styles.tall}>
        {here.node !== "" && (
          <p className={styles.where}>
            {t("service.node")}
            {": "}
            <bdi>{here.node}</bdi>
          </p>
        )}
        <Tabs<DiscoView["request"]>
          label={t("service.lookAt", { at: here.at })}
          selected={tab}
          onSelect={setTab}
          tabs={[
            {
              id: "info",
              label: t("service.about"),
              content: tab === "info" && <About key={key} account={account} {...here} />,
            },
            {
              id: "items",
              label: t("service.contents"),
              // Rendered only when visible, because rendering sends the request.
              content: tab === "items" && (
                <Contents
                  key={key}
                  account={account}
                  at={here.at}
                  node={here.node}
                  onGo={(place) => {
                    setWay([...way, place]);
                    setTab("info");
                  }}
                />
              ),
            },
          ]}
        />
      </div>
    </Dialog>
  );
}
