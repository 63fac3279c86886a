/** A room's message as it is stored, and whether it names us. */
import type { StoredRoomMessage } from "../../../store/contract/index.ts";
import type { RoomOpened } from "../../omemo/open-room.ts";
import { MOST_BODY } from "../../../xmpp/message/content.ts";
import type { RoomMessage } from "../../../xmpp/room-events.ts";

/** @param opened what it came to @param nickname ours in the room */
export function storedMessage(
  message: RoomMessage,
  { body, protection, jid }: NonNullable<RoomOpened>,
  nickname: string,
): StoredRoomMessage {
  const { room, own, messageId, originId, occupantId } = message;
  const writer = message.nickname === "" ? null : { nickname: message.nickname, occupantId, jid };
  const { replaces, tombstone, stay = null } = message;
  const more = {
    ...(replaces === undefined ? {} : { replaces }),
    ...(tombstone === undefined ? {} : { tombstone }),
    ...(stay === null ? {} : { stay }),
  };
  return {
    room,
    writer,
    own,
    body,
    messageId,
    originId,
    protection,
    ...more,
    mentionsUs: !own && writer !== null && (message.mentionsUs === true || names(body, nickname)),
  };
}

/** Longest nickname. The room may give us one, and to look for it takes up to its length at each place. */
const MOST_NICKNAME = 256;

/** A nickname stands in a text as a word of its own, whatever its case. */
export function names(body: string, nickname: string): boolean {
  if (nickname === "" || nickname.length > MOST_NICKNAME) return false;
  const [text, name] = [body.slice(0, MOST_BODY).toLocaleLowerCase(), nickname.toLocaleLowerCase()];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isWord(characterBefore(text, at)) && !isWord(characterAt(text, at + name.length))) return true;
  }
  return false;
}

const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);

/** Empty at the end. */
function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

/** Empty at the beginning. */
function characterBefore(text: string, at: number): string {
  const whole = characterAt(text, at - 2);
  return whole.length === 2 ? whole : text.slice(Math.max(0, at - 1), at);
}
