/** The languages of the program. */
export type Language = "en" | "de";

/**
 * The language to use for a setting and a host.
 * @param locale BCP 47 tag of the host
 */
export function chooseLanguage(setting: "system" | Language, locale: string): Language {
  if (setting !== "system") return setting;
  return /^de\b/i.test(locale) ? "de" : "en";
}
