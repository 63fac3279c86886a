/** Texts of the shortcuts that work everywhere. */
import { useSession } from "./accounts/session.ts";

/** A shortcut with the platform's command key: `⌘K` or `Ctrl+K`. */
const shortcutText = (key: string, platform: string): string => (platform === "darwin" ? `⌘${key}` : `Ctrl+${key}`);

/** The same, for the present platform. */
export const useShortcutText = (key: string): string =>
  shortcutText(
    key,
    useSession((state) => state.platform),
  );
