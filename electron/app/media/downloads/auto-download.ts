/**
 * Whether a picture, a voice message or a video may be fetched before the user asks for it (XEP-0447 §3.2, XEP-0385
 * §5.3): the request tells the host of the file our address, and when the message was read.
 */
import { toBare, type BareJid } from "../../../../shared/jid.ts";
import type { File } from "../../../../shared/model/file.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Settings } from "../../../../shared/model/settings.ts";

const MEGABYTE = 1_000_000;

interface Known {
  settings: Pick<
    Settings,
    "autoDownload" | "autoDownloadLimit" | "autoDownloadVoice" | "autoDownloadVideos" | "metered"
  >;
  kind: "contact" | "room" | "private";
  /** In our roster, with a subscription in either direction. */
  isContact(jid: BareJid): boolean;
  /** Only those whom its owners let in are in this room. */
  isPrivateGroup(room: BareJid): boolean;
}

/** Bytes up to which a file is fetched by itself. */
export const automaticLimit = ({ autoDownloadLimit }: Known["settings"]): number => autoDownloadLimit * MEGABYTE;

/**
 * @param file of the message
 * @returns false for strangers, whatever the setting is
 */
export function mayFetchByItself(
  { chat, direction }: Pick<Message, "chat" | "direction">,
  { kind, inline, size }: Pick<File, "kind" | "inline" | "size">,
  of: Known,
): boolean {
  const { autoDownload, autoDownloadVoice, autoDownloadVideos, metered } = of.settings;
  const isOfKind =
    kind === "picture" || (kind === "audio" && autoDownloadVoice) || (kind === "video" && autoDownloadVideos);
  if (metered || autoDownload === "never" || !isOfKind || !inline) return false;
  if (size !== null && size > automaticLimit(of.settings)) return false;
  if (direction === "out") return true;
  const jid = toBare(chat);
  if (of.kind === "contact") return of.isContact(jid);
  return autoDownload === "always" || of.isPrivateGroup(jid);
}
