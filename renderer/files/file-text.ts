/** Words about files: in one line for lists, previews and screen readers, and their types and sizes. */
import { FileText, Film, Image, Mic, type LucideIcon } from "lucide-react";
import type { File, FilePreview } from "../../shared/model/file.ts";
import type { Message } from "../../shared/model/message.ts";
import type { Formats } from "../i18n/format.ts";
import type { Text } from "../i18n/index.ts";
import { ownFile } from "../state/files/own-files.ts";

export const FILE_ICONS: Readonly<Record<File["kind"], LucideIcon>> = {
  picture: Image,
  video: Film,
  audio: Mic,
  document: FileText,
};

/** It is a picture that its author wants to be shown at once, and that can be fetched. */
const isInline = ({ kind, inline, host }: File): boolean => kind === "picture" && inline && host !== null;

/** It is shown in the bubble of its message. */
export const isShown = (message: Pick<Message, "account" | "direction">, file: File): boolean =>
  isInline(file) || (file.kind === "picture" && file.inline && ownFile(message, file) !== null);

/** Endings of text that people read as it is. */
const READABLE =
  /\.(?:pdf|txt|md|csv|log|json|xml|ya?ml|toml|ini|conf|tex|diff|patch|ics|vcf|asc|sql|sh|py|[jt]sx?|c|h|cpp|rs|go|java|html?|css)$/i;

/** It is probably a PDF or text, which the viewer shows; its bytes decide. */
export const isShowable = ({ kind, type, name, host }: File): boolean =>
  kind === "document" &&
  host !== null &&
  (type === "application/pdf" || type?.startsWith("text/") === true || READABLE.test(name));

/** The files of a message as the chat list has them; null: it shares none. */
export const previewOf = ({ files }: Pick<Message, "files">): FilePreview | null =>
  files[0] === undefined ? null : { name: files[0].name, kind: files[0].kind, count: files.length };

/** A message that shares files, in one line: its caption, or what they are. */
export function filesText({ name, kind, count }: FilePreview, caption: string, t: Text): string {
  if (caption !== "") return caption;
  if (count > 1) return t("attachment.several", { count });
  return kind === "document" ? name : t(`attachment.${kind}`);
}

/** The text of a message in one line. */
export function lineOf(message: Pick<Message, "body" | "files">, t: Text): string {
  const preview = previewOf(message);
  return preview === null ? message.body : filesText(preview, message.body, t);
}

/** `PDF`, from the ending of the name, which is what people know. */
function typeText({ name, kind }: File, t: Text): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
  return ending !== undefined
    ? ending.toUpperCase()
    : kind === "document"
      ? t("attachment.file")
      : t(`attachment.${kind}`);
}

/** `1:03` or `1:02:03`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] === 0 ? parts.slice(1) : parts)
    .map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, "0")))
    .join(":");
}

/** Type, length, size and place of a file. */
export function detailsOf(file: File, t: Text, formats: Formats): string {
  return [
    typeText(file, t),
    file.duration === null ? null : durationText(file.duration),
    file.size === null ? null : formats.bytes(file.size),
    file.host === null ? null : t("attachment.from", { host: file.host }),
  ]
    .filter((one) => one !== null)
    .join(" · ");
}
