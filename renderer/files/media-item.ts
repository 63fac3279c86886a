/** Where an item of the gallery or the viewer belongs, and who shared it. */
import type { LinkItem, MediaItem } from "../../shared/ipc/media.ts";
import { useText } from "../i18n/index.ts";
import type { FileKey } from "../state/files/fetched-files.ts";
import { jumpTo } from "../state/messages/jump.ts";
import { useName } from "../state/names.ts";

export const fileKeyOf = ({ account, id, file }: MediaItem): FileKey => ({ account, id, file });

/** `chat`: the name of its chat. `author`: "You", the nickname in a room, or the contact's name. */
export function useOrigin(item: MediaItem | LinkItem): { chat: string; author: string } {
  const t = useText();
  const chat = useName(item.account, item.chat);
  return { chat, author: item.direction === "out" ? t("chat.you") : (item.nickname ?? chat) };
}

/** Closes what shows the item, and leads to its message. */
export function showInChat({ account, chat, id }: MediaItem | LinkItem, onClose: () => void): void {
  onClose();
  jumpTo({ account, jid: chat }, id);
}
