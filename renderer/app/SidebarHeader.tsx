/** The head of the left column: own presence, search, settings. */
import { Search, Settings } from "lucide-react";
import { Button } from "react-aria-components";
import { useText } from "../i18n/index.ts";
import { useNavigation } from "../state/navigation.ts";
import { useShortcutText } from "../state/shortcut-text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { OwnPresence } from "./OwnPresence.tsx";
import styles from "./SidebarHeader.module.css";

export function SidebarHeader() {
  const t = useText();
  const { showDialog, openSettings } = useNavigation();
  const searchKeys = useShortcutText("K");
  const settingsKeys = useShortcutText(",");
  return (
    <header className={styles.header}>
      <OwnPresence />
      <Button className={styles.search ?? ""} onPress={() => showDialog({ kind: "switcher" })}>
        <Search aria-hidden="true" />
        <span className={styles.label}>{t("common.search")}</span>
        <kbd className={styles.keys}>{searchKeys}</kbd>
      </Button>
      <IconButton label={t("common.openSettings")} shortcut={settingsKeys} onPress={() => openSettings()}>
        <Settings />
      </IconButton>
    </header>
  );
}
