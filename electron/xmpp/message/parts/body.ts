/** The text of a message (RFC 6121 §5.2.3). */
import type { Element } from "@xmpp/xml";

const NS_CLIENT = "jabber:client";
/** Longer bodies are no messages of people; servers cut stanzas at about this size. UTF-16 units. */
export const MOST_BODY = 262_144;

/** The body without a language of its own, else the first (RFC 6121 §5.2.3). Null when there is no text. */
export function bodyOf(stanza: Element): string | null {
  // A body of another namespace, such as that of XHTML-IM, is not what was said.
  const bodies = stanza
    .getChildren("body")
    .filter((one) => one.attrs["xmlns"] === undefined || one.attrs["xmlns"] === NS_CLIENT);
  const body = bodies.find((one) => one.attrs["xml:lang"] === undefined) ?? bodies[0];
  const text = body?.getText() ?? "";
  return text === "" ? null : text;
}
