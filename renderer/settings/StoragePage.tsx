/** The encrypted store, its recovery key, shown only on request, and the copies of files. */
import { Copy, Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { attempt, copy } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Fingerprint, inGroups } from "../ui/Fingerprint.tsx";
import { PageHead, Row, Section } from "../ui/Section.tsx";
import { KeptFiles } from "./KeptFiles.tsx";
import styles from "./StoragePage.module.css";

export function StoragePage() {
  const t = useText();
  // Kept only while this page is open.
  const [key, setKey] = useState<string | null>(null);
  const show = () =>
    attempt(call("store.recoveryKey", {}).then(({ recoveryKey }) => setKey(recoveryKey.replace(/[^0-9a-f]/gi, ""))));
  return (
    <>
      <PageHead title={t("settings.storage")}>{t("settings.storageText")}</PageHead>
      <Section title={t("settings.recovery")} text={t("settings.recoveryText")}>
        <Row stacked>
          {key === null ? (
            <div className={styles.buttons}>
              <Button icon={<Eye aria-hidden="true" className={styles.icon} />} onPress={() => void show()}>
                {t("settings.recoveryShow")}
              </Button>
            </div>
          ) : (
            <div className={styles.shown}>
              <Fingerprint label={t("settings.recovery")} value={key} />
              <Callout tone="warning">{t("settings.recoveryWarning")}</Callout>
              <div className={styles.buttons}>
                <Button
                  icon={<Copy aria-hidden="true" className={styles.icon} />}
                  onPress={() => void copy(inGroups(key).join(" "), t("common.copied"))}
                >
                  {t("common.copy")}
                </Button>
                <Button
                  variant="quiet"
                  icon={<EyeOff aria-hidden="true" className={styles.icon} />}
                  onPress={() => setKey(null)}
                >
                  {t("settings.recoveryHide")}
                </Button>
              </div>
            </div>
          )}
        </Row>
      </Section>
      <KeptFiles />
    </>
  );
}
