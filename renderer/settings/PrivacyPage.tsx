/** What others, and our own devices, learn of what we got and read. */
import { useText } from "../i18n/index.ts";
import { changeSettings, useSettings } from "../state/settings.ts";
import { Switch } from "../ui/fields/Switch.tsx";
import { PageHead, Row, Section } from "../ui/Section.tsx";

export function PrivacyPage() {
  const t = useText();
  const { sendReceipts, sendReadMarkers, answerStrangers, syncRead } = useSettings((state) => state.settings);
  return (
    <>
      <PageHead title={t("settings.privacy")}>{t("settings.privacyText")}</PageHead>
      <Section title={t("settings.receipts")}>
        <Row>
          <Switch
            label={t("settings.sendReceipts")}
            hint={t("settings.sendReceiptsHint")}
            isSelected={sendReceipts}
            onChange={(on) => void changeSettings({ sendReceipts: on })}
          />
        </Row>
        <Row>
          <Switch
            label={t("settings.sendReadMarkers")}
            hint={t("settings.sendReadMarkersHint")}
            isSelected={sendReadMarkers}
            onChange={(on) => void changeSettings({ sendReadMarkers: on })}
          />
        </Row>
        <Row>
          <Switch
            label={t("settings.answerStrangers")}
            hint={t("settings.answerStrangersHint")}
            isSelected={answerStrangers}
            isDisabled={!sendReceipts && !sendReadMarkers}
            onChange={(on) => void changeSettings({ answerStrangers: on })}
          />
        </Row>
      </Section>
      <Section title={t("settings.ownDevices")}>
        <Row>
          <Switch
            label={t("settings.syncRead")}
            hint={t("settings.syncReadHint")}
            isSelected={syncRead}
            onChange={(on) => void changeSettings({ syncRead: on })}
          />
        </Row>
      </Section>
    </>
  );
}
