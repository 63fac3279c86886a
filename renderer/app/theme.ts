/** Applies theme, text size and language to the document. */
import { useEffect } from "react";
import { chooseLanguage } from "../../shared/model/language.ts";
import { setLanguage } from "../i18n/index.ts";
import { useSession } from "../state/accounts/session.ts";
import { useSettings } from "../state/settings.ts";

export function useDocumentSettings(): void {
  const { theme, textSize, language } = useSettings((state) => state.settings);
  const locale = useSession((state) => state.locale);
  const chosen = chooseLanguage(language, locale);
  useEffect(() => {
    const root = document.documentElement;
    // Without the attribute the system's theme applies, and its changes.
    if (theme === "system") root.removeAttribute("data-theme");
    else root.dataset["theme"] = theme;
    root.dataset["textSize"] = textSize;
  }, [theme, textSize]);
  useEffect(() => {
    setLanguage(chosen);
    document.documentElement.lang = chosen;
  }, [chosen]);
}
