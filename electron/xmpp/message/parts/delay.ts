/**
 * Delayed delivery (XEP-0203). Servers pass on a `<delay/>` that a sender wrote in their name (Prosody 0.12 and
 * ejabberd 23.01 do), so the name alone proves nothing: callers ask only about stanzas that may have been held back,
 * and know how old those can be. See `held-back.ts` for our own server, `muc/index.ts` for the history of a room.
 */
import type { Element } from "@xmpp/xml";
import { tryJid, type BareJid } from "../../../../shared/jid.ts";

/** The longest form of XEP-0082 that anybody writes has 35 characters. */
const MOST_STAMP = 64;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A date and time (XEP-0082 §3.2) from 1970 on, in ms; null for anything else. It may be in the future. */
export function readStamp(text: unknown): number | null {
  if (typeof text !== "string" || text.length > MOST_STAMP || !DATE_TIME.test(text)) return null;
  const stamp = Date.parse(text);
  return Number.isNaN(stamp) || stamp < 0 ? null : stamp;
}

/**
 * Where several stand in these names, the last one counts: whoever holds a stanza back appends to what the sender
 * wrote.
 * @param by whose stamps count
 * @returns ms since 1970, not after now; null where there is none
 */
export function delayedAt(stanza: Element, by: readonly BareJid[]): number | null {
  const believed = new Set<string>(by);
  const stamps = stanza.getChildren("delay", "urn:xmpp:delay").flatMap((delay) => {
    const from = tryJid(delay.attrs["from"]);
    return from !== null && believed.has(from) ? (readStamp(delay.attrs["stamp"]) ?? []) : [];
  });
  const last = stamps.at(-1);
  // A time in the future would stick to the end of the chat for ever.
  return last === undefined ? null : Math.min(last, Date.now());
}
