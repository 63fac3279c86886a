/** The buttons that style the text in the composer (XEP-0393), and the one that shows them. */
import { Bold, CaseSensitive, Code, Italic, RemoveFormatting, Strikethrough } from "lucide-react";
import { ToggleButton, Toolbar } from "react-aria-components";
import { useText } from "../../i18n/index.ts";
import { changeSettings, useSettings } from "../../state/settings.ts";
import { useShortcutText } from "../../state/shortcut-text.ts";
import { Tooltip } from "../../ui/feedback/Tooltip.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./FormatBar.module.css";
import type { Style } from "./toggle-style.ts";

export interface FormatBarProps {
  /** The message is sent as typed. */
  isAsTyped: boolean;
  onAsTyped(isAsTyped: boolean): void;
  onStyle(style: Style): void;
}

/** Shown if the user wants it, and as long as it tells that a message is sent as typed. */
export const useFormatBar = (isAsTyped: boolean): boolean =>
  useSettings((state) => state.settings.showFormatting) || isAsTyped;

export function FormatBar({ isAsTyped, onAsTyped, onStyle }: FormatBarProps) {
  const t = useText();
  const strike = useShortcutText("X", { shift: true });
  const keys = { strong: useShortcutText("B"), emphasis: useShortcutText("I"), code: useShortcutText("E"), strike };
  const button = (style: Style, icon: React.ReactNode) => (
    <IconButton
      size="small"
      label={t(`styling.${style}`)}
      shortcut={keys[style]}
      isDisabled={isAsTyped}
      onPress={() => onStyle(style)}
    >
      {icon}
    </IconButton>
  );
  return (
    <Toolbar className={styles.bar ?? ""} aria-label={t("styling.formatting")}>
      {button("strong", <Bold />)}
      {button("emphasis", <Italic />)}
      {button("strike", <Strikethrough />)}
      {button("code", <Code />)}
      <span className={styles.edge} />
      <Tooltip text={t("styling.asTypedHint")}>
        <ToggleButton className={styles.asTyped ?? ""} isSelected={isAsTyped} onChange={onAsTyped}>
          <RemoveFormatting aria-hidden="true" />
          {t("styling.asTyped")}
        </ToggleButton>
      </Tooltip>
    </Toolbar>
  );
}

export function FormatButton({ isAsTyped, onAsTyped }: Pick<FormatBarProps, "isAsTyped" | "onAsTyped">) {
  const t = useText();
  const isShown = useFormatBar(isAsTyped);
  return (
    <IconButton
      label={t("styling.formatting")}
      isActive={isShown}
      aria-pressed={isShown}
      onPress={() => {
        if (isShown && isAsTyped) onAsTyped(false);
        void changeSettings({ showFormatting: !isShown });
      }}
    >
      <CaseSensitive />
    </IconButton>
  );
}
