/** A room sends our messages back to us (XEP-0045 §7.4): then they are delivered, and it is known as whom. */
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";
import type { Candidate, Known } from "./repeated.ts";

/** @returns false when that was known, or it is not ours */
export type Reflected = (chat: ChatRow, known: Known, of: Candidate) => boolean;

export function reflections({ command }: Connection, readState: Pick<ReadStateTable, "delivered">): Reflected {
  const setWriter = command("UPDATE messages SET nickname = ?, occupant_id = ?, real_jid = ? WHERE id = ?");
  return (chat, known, { room }) => {
    if (known.outgoing === 0 || room?.own !== true || !readState.delivered(chat, known.id)) return false;
    if (room.writer !== null) setWriter.run(room.writer.nickname, room.writer.occupantId, room.writer.jid, known.id);
    return true;
  };
}
