/** The files of a message in one line of a notification, in the user's language. The window has its own catalogue. */
import type { Language } from "../../../shared/model/language.ts";
import type { File } from "../../../shared/model/file.ts";

const WORDS = {
  en: { picture: "Photo", video: "Video", audio: "Voice message", several: (count: number) => `${count} files` },
  de: { picture: "Foto", video: "Video", audio: "Sprachnachricht", several: (count: number) => `${count} Dateien` },
} as const;
const SIGNS = { picture: "📷", video: "🎬", audio: "🎤", document: "📎" } as const;

/** @param files not empty @param body their caption, perhaps empty */
export function fileWords(files: readonly Pick<File, "kind" | "name">[], body: string, language: Language): string {
  const [{ kind, name }] = files as [Pick<File, "kind" | "name">];
  const isAlike = files.every((one) => one.kind === kind);
  const words = WORDS[language];
  if (files.length > 1)
    return `${SIGNS[isAlike ? kind : "document"]} ${body === "" ? words.several(files.length) : body}`;
  return `${SIGNS[kind]} ${body !== "" ? body : kind === "document" ? name : words[kind]}`;
}
