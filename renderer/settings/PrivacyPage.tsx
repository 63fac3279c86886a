/** What others, our own devices and file servers learn about received and read messages. */
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { changeSettings, useSettings } from "../state/settings.ts";
import { Select } from "../ui/fields/Select.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { PageHead, Row, Section } from "../ui/Section.tsx";

/** Sizes to choose from, megabytes. */
const LIMITS = [1, 5, 10, 25] as const;

export function PrivacyPage() {
  const t = useText();
  const formats = useFormats();
  const {
    sendReceipts,
    sendReadMarkers,
    sendChatStates,
    answerStrangers,
    syncRead,
    autoDownload,
    autoDownloadLimit,
    autoDownloadVoice,
    autoDownloadVideos,
    metered,
  } = useSettings((state) => state.settings);
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
            label={t("settings.sendChatStates")}
            hint={t("settings.sendChatStatesHint")}
            isSelected={sendChatStates}
            onChange={(on) => void changeSettings({ sendChatStates: on })}
          />
        </Row>
        <Row>
          <Switch
            label={t("settings.answerStrangers")}
            hint={t("settings.answerStrangersHint")}
            isSelected={answerStrangers}
            isDisabled={!sendReceipts && !sendReadMarkers && !sendChatStates}
            onChange={(on) => void changeSettings({ answerStrangers: on })}
          />
        </Row>
      </Section>
      <Section title={t("settings.files")} text={t("settings.autoDownloadText")}>
        <Row label={t("settings.autoDownload")}>
          <Select
            label={t("settings.autoDownload")}
            hideLabel
            value={autoDownload}
            onChange={(value) => void changeSettings({ autoDownload: value })}
            choices={[
              { id: "always", label: t("settings.autoDownloadAlways") },
              { id: "contacts", label: t("settings.autoDownloadContacts") },
              { id: "never", label: t("settings.autoDownloadNever") },
            ]}
          />
        </Row>
        {autoDownload !== "never" && (
          <>
            <Row>
              <Switch
                label={t("settings.autoDownloadVoice")}
                isSelected={autoDownloadVoice}
                onChange={(on) => void changeSettings({ autoDownloadVoice: on })}
              />
            </Row>
            <Row>
              <Switch
                label={t("settings.autoDownloadVideos")}
                isSelected={autoDownloadVideos}
                onChange={(on) => void changeSettings({ autoDownloadVideos: on })}
              />
            </Row>
          </>
        )}
        {autoDownload !== "never" && (
          <Row>
            <Switch
              label={t("settings.metered")}
              hint={t("settings.meteredHint")}
              isSelected={metered}
              onChange={(on) => void changeSettings({ metered: on })}
            />
          </Row>
        )}
        {autoDownload !== "never" && (
          <Row label={t("settings.autoDownloadLimit")}>
            <Select
              label={t("settings.autoDownloadLimit")}
              hideLabel
              value={String(autoDownloadLimit)}
              onChange={(value) =>
                void changeSettings({ autoDownloadLimit: LIMITS.find((one) => String(one) === value)! })
              }
              choices={LIMITS.map((one) => ({ id: String(one), label: formats.bytes(one * 1_000_000) }))}
            />
          </Row>
        )}
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
