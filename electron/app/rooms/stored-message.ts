/** A room's message as it is stored, and whether it names us. */
import type { StoredRoomMessage } from "../../store/contract.ts";
import type { RoomOpened } from "../omemo/open-room.ts";
import type { RoomMessage } from "../../xmpp/room-events.ts";

/** @param opened what it came to @param nickname ours in the room */
export function storedMessage(message: RoomMessage, { body, protection, jid }: NonNullable<RoomOpened>, nickname: string): StoredRoomMessage {
  const { room, own, stanzaIdAttribute, originId, occupantId } = message;
  const writer = message.nickname === "" ? null : { nickname: message.nickname, occupantId, jid };
  const { replaces, tombstone, stay = null } = message;
  const more = { ...(replaces === undefined ? {} : { replaces }), ...(tombstone === undefined ? {} : { tombstone }), ...(stay === null ? {} : { stay }) };
  return { room, writer, own, body, stanzaIdAttribute, originId, protection, ...more, mentionsUs: !own && writer !== null && (message.mentionsUs === true || names(body, nickname)) };
}

/** A nickname stands in a text as a word of its own, whatever its case. */
export function names(body: string, nickname: string): boolean {
  if (nickname === "") return false;
  const [text, name] = [body.toLocaleLowerCase(), nickname.toLocaleLowerCase()];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = [...text.slice(0, at)].at(-1) ?? "";
    const after = [...text.slice(at + name.length)][0] ?? "";
    if (!isWord(before) && !isWord(after)) return true;
  }
  return false;
}

const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);
