/** Texts of the shortcuts that work everywhere. */
import { useSession } from "./accounts/session.ts";

/** A shortcut with the platform's command key: `⌘K` or `Ctrl+K`, `⇧⌘M` or `Ctrl+Shift+M`. */
const shortcutText = (key: string, platform: string, shift: boolean): string =>
  platform === "darwin" ? `${shift ? "⇧" : ""}⌘${key}` : `Ctrl+${shift ? "Shift+" : ""}${key}`;

/** The same, for the present platform. */
export const useShortcutText = (key: string, { shift = false } = {}): string =>
  shortcutText(
    key,
    useSession((state) => state.platform),
    shift,
  );
