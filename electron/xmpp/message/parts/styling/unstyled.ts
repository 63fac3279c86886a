/**
 * The element that disables styling for a message (XEP-0393 §6). OMEMO 0.3 encrypts the body only, so it stands beside
 * an encrypted text as well: adding or removing it changes only how the text looks, never what it says.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";

export const NS_STYLING = "urn:xmpp:styling:0";

/** The author wants the text to be shown as typed. */
export const isUnstyled = (stanza: Element): boolean => stanza.getChild("unstyled", NS_STYLING) !== undefined;

export const unstyledElement = (): Element => xml("unstyled", { xmlns: NS_STYLING });
