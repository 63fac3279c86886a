/** The appearance of the window, and the behaviour of the composer. */
import { Monitor, Moon, Sun } from "lucide-react";
import { useText } from "../i18n/index.ts";
import { changeSettings, useSettings } from "../state/settings.ts";
import { useShortcutText } from "../state/shortcut-text.ts";
import { RadioCards } from "../ui/fields/RadioCards.tsx";
import { Select } from "../ui/fields/Select.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { PageHead, Row, Section } from "../ui/Section.tsx";

export function AppearancePage() {
  const t = useText();
  const { theme, language, textSize, enterSends } = useSettings((state) => state.settings);
  const shortcut = useShortcutText("Enter");
  return (
    <>
      <PageHead title={t("settings.appearance")}>{t("settings.appearanceText")}</PageHead>
      <Section title={t("settings.display")}>
        <Row label={t("settings.theme")}>
          <RadioCards
            label={t("settings.theme")}
            hideLabel
            value={theme}
            onChange={(value) => void changeSettings({ theme: value })}
            cards={[
              { id: "system", label: t("settings.themeSystem"), icon: <Monitor aria-hidden="true" /> },
              { id: "light", label: t("settings.themeLight"), icon: <Sun aria-hidden="true" /> },
              { id: "dark", label: t("settings.themeDark"), icon: <Moon aria-hidden="true" /> },
            ]}
          />
        </Row>
        <Row label={t("settings.textSize")}>
          <RadioCards
            label={t("settings.textSize")}
            hideLabel
            value={textSize}
            onChange={(value) => void changeSettings({ textSize: value })}
            cards={[
              { id: "small", label: t("settings.textSmall") },
              { id: "normal", label: t("settings.textNormal") },
              { id: "large", label: t("settings.textLarge") },
            ]}
          />
        </Row>
        <Row label={t("settings.language")}>
          <Select
            label={t("settings.language")}
            hideLabel
            value={language}
            onChange={(value) => void changeSettings({ language: value })}
            choices={[
              { id: "system", label: t("settings.languageSystem") },
              { id: "en", label: t("settings.languageEn") },
              { id: "de", label: t("settings.languageDe") },
            ]}
          />
        </Row>
      </Section>
      <Section title={t("settings.writing")}>
        <Row>
          <Switch
            label={t("settings.enterSends")}
            hint={enterSends ? t("settings.enterSendsOn") : t("settings.enterSendsOff", { shortcut })}
            isSelected={enterSends}
            onChange={(value) => void changeSettings({ enterSends: value })}
          />
        </Row>
      </Section>
    </>
  );
}
