/** Creates and restores backups of accounts. */
import { MakeBackup } from "../backup/MakeBackup.tsx";
import { RestoreBackup } from "../backup/RestoreBackup.tsx";
import { useText } from "../i18n/index.ts";
import { PageHead, Row, Section } from "../ui/Section.tsx";

export function BackupPage() {
  const t = useText();
  return (
    <>
      <PageHead title={t("backup.title")}>{t("backup.text")}</PageHead>
      <Section title={t("backup.make")} text={t("backup.makeText")}>
        <Row stacked>
          <MakeBackup />
        </Row>
      </Section>
      <Section title={t("backup.restore")} text={t("backup.restoreText")}>
        <Row stacked>
          <RestoreBackup />
        </Row>
      </Section>
    </>
  );
}
