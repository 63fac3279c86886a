/** Whether a correction of our message in a room would be taken for one. */
import type { Message } from "./model/message.ts";

type OwnPlace = { nickname: string } | null | undefined;

/**
 * Others compare the occupant JID of a correction with that of the message (XEP-0308 §5), also in rooms with occupant
 * ids; otherwise they show a second message.
 * @param nickname under which the message was written
 * @param room with our present nickname; null or undefined: no room
 */
export const canCorrectAs = (nickname: string, room: OwnPlace): boolean => !room || room.nickname === nickname;

/** The same for a stored message of ours. One that waits is sent under the present nickname, too. */
export const isCorrectable = ({ writer, delivery }: Pick<Message, "writer" | "delivery">, room: OwnPlace): boolean =>
  writer === null || delivery === "pending" || canCorrectAs(writer.nickname, room);
