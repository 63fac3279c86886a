/**
 * Corrects the mistake of taking a person for a room: the chat becomes a contact's again, and apparent private messages
 * of an occupant are moved into it.
 */
import { toBare, type Jid } from "../../../shared/jid.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { Writes } from "../contract/index.ts";
import type { Connection } from "../engine/connection.ts";

export function notARoom(
  { rows, command }: Connection,
  chats: Pick<ChatsTable, "find" | "view" | "recount" | "reseat">,
): Writes["room.isNone"] {
  const forget = command("DELETE FROM rooms WHERE account = ? AND jid = ?");
  // A person's messages are in our own archive, not in one of the supposed room.
  const forgetSpans = command("DELETE FROM spans WHERE account = ? AND archive = ?");
  const setKind = command("UPDATE chats SET kind = 'contact' WHERE id = ?");
  const privateOnes = rows<{ id: number; jid: Jid }>(
    "SELECT id, jid FROM chats WHERE account = ? AND kind = 'private' AND substr(jid, 1, ?) = ?",
  );
  // Positions grow over the whole account, so those of two chats rarely coincide; the few that do are shifted.
  const moveMessages = command(
    `UPDATE OR IGNORE messages SET chat_id = ?, position = position + ?, nickname = NULL, occupant_id = NULL,
       real_jid = NULL, stay = NULL, sender = CASE outgoing WHEN 0 THEN ? ELSE sender END WHERE chat_id = ?`,
  );
  const unwritten = command(
    "UPDATE messages SET nickname = NULL, occupant_id = NULL, real_jid = NULL, stay = NULL WHERE chat_id = ?",
  );
  const moveAmendments = command("UPDATE amendments SET chat_id = ? WHERE chat_id = ?");
  const moveReactions = command("UPDATE reactions SET chat_id = ? WHERE chat_id = ?");
  const dropChat = command("DELETE FROM chats WHERE id = ?");
  const purge = command("INSERT OR IGNORE INTO purge (chat_id) VALUES (?)");

  return ({ account, jid }) => {
    forget.run(account, jid);
    forgetSpans.run(account, jid);
    const chat = chats.find({ account, jid });
    if (chat === undefined) return { chat: null, removed: [] };
    setKind.run(chat.id);
    unwritten.run(chat.id);
    const begin = `${jid}/`;
    const removed = privateOnes.all(account, begin.length, begin).map((one) => {
      for (let step = 0; step < 8; step++) moveMessages.run(chat.id, step, toBare(jid), one.id);
      moveAmendments.run(chat.id, one.id);
      moveReactions.run(chat.id, one.id);
      dropChat.run(one.id);
      // The remaining messages are already in the chat, by their archive id.
      purge.run(one.id);
      return one.jid;
    });
    chats.reseat(chat.id);
    chats.recount(chat.id);
    return { chat: chats.view(chat.id), removed };
  };
}
