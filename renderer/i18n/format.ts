/** Dates, times, numbers and lists in the chosen language, through Intl. */
import type { Language } from "../../shared/model/language.ts";
import { currentLanguage, useLanguage } from "./index.ts";

export interface Formats {
  /** `14:05` */
  time(at: number): string;
  /** `Friday, 20 November 2026` */
  longDate(at: number): string;
  /** `20 Nov 2026` */
  date(at: number): string;
  /** `20 Nov 2026, 14:05` */
  dateTime(at: number): string;
  /** `November 2026` */
  month(at: number): string;
  /** `Friday` */
  weekday(at: number): string;
  /** `20/11/2026`, short for lists */
  shortDate(at: number): string;
  number(value: number): string;
  /** `2.4 MB`, decimal. */
  bytes(value: number): string;
  list(items: readonly string[]): string;
}

function build(language: Language): Formats {
  // English without a region would put the month first; most who choose it outside the USA do not.
  const tag = language === "en" ? (navigator.languages.find((one) => one.startsWith("en-")) ?? "en-GB") : "de-DE";
  const style = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, options);
    return (at: number) => format.format(at);
  };
  const numbers = new Intl.NumberFormat(tag);
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });
  return {
    time: style({ hour: "numeric", minute: "2-digit" }),
    longDate: style({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    date: style({ day: "numeric", month: "short", year: "numeric" }),
    dateTime: style({ day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" }),
    month: style({ month: "long", year: "numeric" }),
    weekday: style({ weekday: "long" }),
    shortDate: style({ dateStyle: "short" }),
    number: (value) => numbers.format(value),
    bytes: (value) => sizeText(value, tag),
    list: (items) => lists.format(items),
  };
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

function sizeText(bytes: number, tag: string): string {
  const at = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const options = { style: "unit", unit: UNITS[at], unitDisplay: at === 0 ? "long" : "short" } as const;
  return new Intl.NumberFormat(tag, { ...options, maximumSignificantDigits: 3 }).format(bytes / 1000 ** at);
}

const built = new Map<Language, Formats>();

/** The formats of a language; building one is dear, so it is kept. */
export function formatsOf(language: Language): Formats {
  let formats = built.get(language);
  if (formats === undefined) built.set(language, (formats = build(language)));
  return formats;
}

export const formats = (): Formats => formatsOf(currentLanguage());

/** The formats for a component: it draws anew when the language changes. */
export const useFormats = (): Formats => formatsOf(useLanguage());
