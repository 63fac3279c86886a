/**
 * Delayed delivery (XEP-0203). Servers pass on a `<delay/>` that a sender wrote in their name (Prosody 0.12 and
 * ejabberd 23.01 do), so the name alone proves nothing. Callers use it only for stanzas that may have been held back,
 * and limit how old those can be: see `delayed-delivery.ts` for our server, `muc/index.ts` for the history of a room.
 */
import type { Element } from "@xmpp/xml";
import { receivedJid, type BareJid } from "../../../../shared/jid.ts";

/** The longest form of XEP-0082 in use has 35 characters. */
const MOST_STAMP = 64;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A date and time (XEP-0082 §3.2) from 1970 on, in ms; null for anything else. It may be in the future. */
export function readStamp(text: unknown): number | null {
  if (typeof text !== "string" || text.length > MOST_STAMP || !DATE_TIME.test(text)) return null;
  const stamp = Date.parse(text);
  return Number.isNaN(stamp) || stamp < 0 ? null : stamp;
}

/**
 * The last stamp in the given names: an entity that holds a stanza back appends its own to that of the sender.
 * @param by whose stamps count; null: everybody's
 * @returns ms since 1970, not after now; null if there is none
 */
export function delayedAt(stanza: Element, by: readonly BareJid[] | null): number | null {
  const believed = by === null ? null : new Set<string>(by);
  const stamps = stanza.getChildren("delay", "urn:xmpp:delay").flatMap((delay) => {
    const from = receivedJid(delay.attrs["from"]);
    return believed === null || (from !== null && believed.has(from)) ? (readStamp(delay.attrs["stamp"]) ?? []) : [];
  });
  const last = stamps.at(-1);
  // A message from the future would stay at the end of the chat.
  return last === undefined ? null : Math.min(last, Date.now());
}
