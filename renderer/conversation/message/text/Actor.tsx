/** The name of the author of an action (XEP-0245): "You" would not fit what follows. */
import { isFull, toBare } from "../../../../shared/jid-parts.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { useOwnName } from "../../../state/names.ts";
import { useRoom } from "../../../state/rooms/rooms.ts";

/** @param author the name of the other side */
export function Actor({ message, author }: { message: Message; author: string }) {
  const { account, chat, writer, direction } = message;
  const own = useOwnName(account, useRoom(account, isFull(chat) ? toBare(chat) : chat));
  if (direction === "in") return author;
  // In a private chat the writer is the other occupant; in a room it is us, under the nickname of that time.
  return writer !== null && !isFull(chat) ? writer.nickname : own;
}
