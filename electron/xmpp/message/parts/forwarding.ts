/** Forwarded stanzas (XEP-0297): carbons (XEP-0280) and archive results (XEP-0313). */
import type { Element } from "@xmpp/xml";

const NS_CLIENT = "jabber:client";
const NS_FORWARD = "urn:xmpp:forward:0";
const NS_CARBONS = "urn:xmpp:carbons:2";
const NS_MAM = "urn:xmpp:mam:2";

/** A carbon, an archive result, or any other stanza that contains a forwarded one. */
export const isCopy = (stanza: Element): boolean =>
  stanza.getChild("forwarded", NS_FORWARD) !== undefined ||
  carbonOf(stanza) !== undefined ||
  stanza.getChild("result", NS_MAM) !== undefined;

/** The `<received/>` or `<sent/>` of XEP-0280. */
export const carbonOf = (stanza: Element): Element | undefined =>
  stanza
    .getChildElements()
    .find((child) => child.attrs["xmlns"] === NS_CARBONS && /^(sent|received)$/.test(child.name));

/** The stanza that a wrapper contains (XEP-0297). Undefined unless it is exactly one message. */
export function forwardedIn(wrapper: Element | undefined): { message: Element; forwarded: Element } | undefined {
  const forwarded = wrapper?.getChild("forwarded", NS_FORWARD);
  const messages =
    forwarded
      ?.getChildElements()
      .filter(
        (child) =>
          child.name === "message" && [undefined, NS_CLIENT].includes(child.attrs["xmlns"] as string | undefined),
      ) ?? [];
  return forwarded !== undefined && messages.length === 1 ? { message: messages[0]!, forwarded } : undefined;
}
