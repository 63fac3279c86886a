/**
 * The catalogue of everything that the window says, in English and German. `t` and `useText` take only keys
 * that exist, with the values that their sentences need.
 */
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { german } from "./de/index.ts";
import { english } from "./en/index.ts";
import type { Language } from "../../shared/model/language.ts";
import type { Text } from "./types.ts";

export type { Text, PlainKey, TextKey } from "./types.ts";

/** One flat table `subject.key` → sentence, as i18next wants it. */
export function flatten(catalogue: Record<string, Record<string, string>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [subject, entries] of Object.entries(catalogue)) {
    for (const [key, sentence] of Object.entries(entries)) flat[`${subject}.${key}`] = sentence;
  }
  return flat;
}

const catalogue = i18next.createInstance();
void catalogue.init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: flatten(english) }, de: { translation: flatten(german) } },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // React escapes what it draws; escaping here too would show entities to the user.
  interpolation: { escapeValue: false, skipOnVariables: true },
});

/** The sentence of a key in the chosen language. In a component take `useText`, which follows a change. */
export const t: Text = (key, ...[values]) => {
  const given: { readonly count?: number } = values ?? {};
  // What decides about the plural is a number, what is shown is written as the language does.
  return catalogue.t(
    key,
    given.count === undefined
      ? given
      : { count: given.count, replace: { ...given, count: numbers[currentLanguage()].format(given.count) } },
  );
};

const numbers: Record<Language, Intl.NumberFormat> = {
  en: new Intl.NumberFormat("en"),
  de: new Intl.NumberFormat("de"),
};

export const currentLanguage = (): Language => (catalogue.language === "de" ? "de" : "en");

/** Switches every sentence of the window. */
export function setLanguage(language: Language): void {
  if (language !== currentLanguage()) void catalogue.changeLanguage(language);
}

function follow(listener: () => void): () => void {
  catalogue.on("languageChanged", listener);
  return () => catalogue.off("languageChanged", listener);
}

/** The chosen language; the component draws anew when it changes. */
export const useLanguage = (): Language => useSyncExternalStore(follow, currentLanguage);

/** `t` for a component: it draws anew when the language changes. */
export function useText(): Text {
  useLanguage();
  return t;
}
