/** Name, version and licence of the program. */
import logo from "../../assets/icon.svg";
import { useText } from "../i18n/index.ts";
import { useSession } from "../state/accounts/session.ts";
import styles from "./AboutPage.module.css";
import { PageHead, Row, Section } from "../ui/Section.tsx";

/** SPDX identifier of the project's licence. */
const LICENCE = "AGPL-3.0-only";

export function AboutPage() {
  const t = useText();
  const version = useSession((state) => state.version);
  return (
    <>
      <PageHead title={t("settings.about")} />
      <div className={styles.who}>
        <img src={logo} alt="" width="72" height="72" />
        <div>
          <p className={styles.name}>{t("common.appName")}</p>
          <p className={styles.version}>{t("settings.version", { version })}</p>
          <p className={styles.version}>{t("settings.aboutText")}</p>
        </div>
      </div>
      <Section title={t("settings.licence")}>
        <Row>{t("settings.licenceText", { licence: LICENCE })}</Row>
      </Section>
    </>
  );
}
