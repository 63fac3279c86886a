/** A room reflects our messages (XEP-0045 §7.4): they are then delivered, and our occupant id is known. */
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";
import type { Candidate, Known } from "./repeated.ts";

/** @returns false if that was known, or it is not ours */
export type Reflected = (chat: ChatRow, known: Known, of: Candidate) => boolean;

export function reflections({ command }: Connection, readState: Pick<ReadStateTable, "delivered">): Reflected {
  const setWriter = command("UPDATE messages SET nickname = ?, occupant_id = ?, real_jid = ? WHERE id = ?");
  return (chat, known, { room }) => {
    if (known.outgoing === 0 || room?.own !== true || !readState.delivered(chat, known.id)) return false;
    if (room.writer !== null) setWriter.run(room.writer.nickname, room.writer.occupantId, room.writer.jid, known.id);
    return true;
  };
}
