/** The resources of a contact with show, status, priority and client. */
import type { ResourcePresence } from "../../shared/model/presence.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { PresenceDot } from "../ui/avatar/PresenceDot.tsx";
import styles from "./ContactDetails.module.css";

function Resource({ one }: { one: ResourcePresence }) {
  const t = useText();
  const formats = useFormats();
  const facts = [
    one.client === "" ? null : one.resource,
    t("roster.resourceLine", { priority: formats.number(one.priority) }),
    t("roster.since", { time: formats.time(one.since) }),
  ];
  return (
    <li className={styles.resource}>
      <span className={styles.dot}>
        <PresenceDot show={one.show} />
      </span>
      <span className={styles.lines}>
        <span>
          <bdi>{one.client || one.resource || t("roster.unnamed")}</bdi>
          {" · "}
          {t(`presence.${one.show}`)}
        </span>
        {one.status.trim() !== "" && <bdi>{one.status}</bdi>}
        <bdi className={styles.small}>{facts.filter(Boolean).join(" · ")}</bdi>
      </span>
    </li>
  );
}

export function Resources({ resources }: { resources: readonly ResourcePresence[] }) {
  const t = useText();
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{t("roster.resources")}</h3>
      {resources.length === 0 ? (
        <p className={styles.hint}>{t("roster.noResources")}</p>
      ) : (
        <ul>
          {[...resources]
            .sort((a, b) => b.priority - a.priority)
            .map((one) => (
              <Resource key={one.resource} one={one} />
            ))}
        </ul>
      )}
    </section>
  );
}
