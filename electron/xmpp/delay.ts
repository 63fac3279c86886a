/** Delayed delivery (XEP-0203). A stamp counts only from those who may have held the stanza back. */
import type { Element } from "@xmpp/xml";
import { domainOf, tryJid, type BareJid } from "../../shared/jid.ts";

/**
 * @param mayStamp bare JIDs whose stamp is believed; their domains as well
 * @returns ms since 1970, or null
 */
export function delayedAt(stanza: Element, mayStamp: readonly BareJid[]): number | null {
  const believed = new Set<string>(mayStamp.flatMap((jid) => [jid, domainOf(jid)]));
  for (const delay of stanza.getChildren("delay", "urn:xmpp:delay")) {
    const from = tryJid(delay.attrs["from"]);
    const stamp = Date.parse(String(delay.attrs["stamp"] ?? ""));
    if (from !== null && believed.has(from) && !Number.isNaN(stamp) && stamp >= 0) return stamp;
  }
  return null;
}
