/** How the keys that work everywhere are written. */
import { useSession } from "./accounts/session.ts";

/** How a shortcut with the platform's command key is written: `⌘K` or `Ctrl+K`. */
const shortcutText = (key: string, platform: string): string => (platform === "darwin" ? `⌘${key}` : `Ctrl+${key}`);

/** The same, for the platform that Jackdaw runs on. */
export const useShortcutText = (key: string): string =>
  shortcutText(
    key,
    useSession((state) => state.platform),
  );
