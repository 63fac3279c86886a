/** Mentions as references (XEP-0372 §3.2): who is meant is told by an address, whatever name stands in the text. */
import type { Element } from "@xmpp/xml";
import type { Jid } from "../../../../shared/jid.ts";
import { parseXmppUri } from "../../../../shared/xmpp-uri.ts";

export const NS_REFERENCE = "urn:xmpp:reference:0";
/** Nobody is named so often in one message; what is behind that is not looked at. */
const MOST = 100;

/**
 * @param addresses of whom it may be for: a bare JID, or that of an occupant
 * @returns true when a reference to the message's own text names one of them
 */
export function mentions(stanza: Element, addresses: readonly Jid[]): boolean {
  const wanted = new Set<string>(addresses);
  return (
    stanza
      .getChildren("reference", NS_REFERENCE)
      .slice(0, MOST)
      // With an anchor it is about another message.
      .filter(({ attrs }) => attrs["type"] === "mention" && attrs["anchor"] === undefined)
      .some(({ attrs }) => wanted.has(parseXmppUri(String(attrs["uri"]))?.jid ?? ""))
  );
}
