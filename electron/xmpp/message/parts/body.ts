/** The text of a message (RFC 6121 §5.2.3). */
import type { Element } from "@xmpp/xml";

const NS_CLIENT = "jabber:client";
/** Maximum length of a body in UTF-16 units; servers limit stanzas to about this size. */
export const MOST_BODY = 262_144;
/** White space, control characters, and characters that are not drawn; the Braille pattern has no dots. */
const BLANK = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** The text shows nothing. */
export const isBlank = (text: string): boolean => BLANK.test(text);

/** A body in another namespace, such as that of XHTML-IM, is not the text. */
const bodiesOf = (stanza: Element): Element[] =>
  stanza.getChildren("body").filter((one) => one.attrs["xmlns"] === undefined || one.attrs["xmlns"] === NS_CLIENT);

/** The body without an `xml:lang`, else the first (RFC 6121 §5.2.3). Null: no text, or a blank one. */
export function bodyOf(stanza: Element): string | null {
  const bodies = bodiesOf(stanza);
  const body = bodies.find((one) => one.attrs["xml:lang"] === undefined) ?? bodies[0];
  const text = body?.getText() ?? "";
  return isBlank(text) ? null : text;
}

/** There is a body, and it shows nothing. */
export const isBodyBlank = (stanza: Element): boolean => bodiesOf(stanza).length > 0 && bodyOf(stanza) === null;

/** The same, and somebody has typed it. */
export const hasBlanks = (stanza: Element): boolean =>
  isBodyBlank(stanza) && bodiesOf(stanza).some((one) => one.getText() !== "");
