/** Detects messages in a room that mention us. */
import type { Decrypted } from "../../model/message.ts";
import { MOST_BODY } from "../../xmpp/message/parts/body.ts";

/**
 * Marks a text of somebody else that mentions us by a reference (XEP-0372) or by our nickname.
 * @param nickname ours in the room
 */
export function withMention(inbound: Decrypted, nickname: string): Decrypted {
  const { author, payload } = inbound;
  if (payload.kind !== "text") return inbound;
  const { mentionsUs, ...text } = payload;
  const isMention = !author.outgoing && author.occupant !== null && (mentionsUs === true || names(text.body, nickname));
  return { ...inbound, payload: isMention ? { ...text, mentionsUs: true } : text };
}

/**
 * Maximum length of a nickname that is searched for: the room may assign one, and each position costs up to its length.
 */
const MOST_NICKNAME = 256;

/** Whether the text contains the nickname as a word of its own, ignoring case. */
export function names(body: string, nickname: string): boolean {
  if (nickname === "" || nickname.length > MOST_NICKNAME) return false;
  const [text, name] = [body.slice(0, MOST_BODY).toLocaleLowerCase(), nickname.toLocaleLowerCase()];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isWord(characterBefore(text, at)) && !isWord(characterAt(text, at + name.length))) return true;
  }
  return false;
}

const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);

/** The empty string at the end of the text. */
function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

/** The empty string at the beginning of the text. */
function characterBefore(text: string, at: number): string {
  const whole = characterAt(text, at - 2);
  return whole.length === 2 ? whole : text.slice(Math.max(0, at - 1), at);
}
