/** Mentions as references (XEP-0372 §3.2): the address identifies the person, whatever name the text contains. */
import type { Element } from "@xmpp/xml";
import type { Jid } from "../../../../shared/jid.ts";
import type { BodyRange } from "../../../model/payload.ts";
import { parseXmppUri } from "../../../../shared/xmpp-uri.ts";

export const NS_REFERENCE = "urn:xmpp:reference:0";
/** Maximum number of references that are read in one message. */
const MOST = 100;

/**
 * @param addresses a bare JID, or the address of an occupant
 * @param fallback parts of the text that are not the author's own words, such as a quotation
 * @returns true if a reference to the message's own text names one of them
 */
export function mentions(stanza: Element, addresses: readonly Jid[], fallback: readonly BodyRange[] = []): boolean {
  const wanted = new Set<string>(addresses);
  return (
    stanza
      .getChildren("reference", NS_REFERENCE)
      .slice(0, MOST)
      // A reference with an anchor is about another message.
      .filter(({ attrs }) => attrs["type"] === "mention" && attrs["anchor"] === undefined)
      .filter(({ attrs }) => !fallback.some(({ start, end }) => attrs["begin"] >= start && attrs["end"] <= end))
      .some(({ attrs }) => wanted.has(parseXmppUri(String(attrs["uri"]))?.jid ?? ""))
  );
}
