/** Corrections (XEP-0308): a new text for an earlier message. The store decides who may correct which message. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { originIdIn, shortId } from "./stanza-ids.ts";

export const NS_CORRECT = "urn:xmpp:message-correct:0";

/** The id of the corrected message (§3). Undefined if the message corrects none, or itself. */
export function replacedBy(stanza: Element): string | undefined {
  const id = shortId(stanza.getChild("replace", NS_CORRECT)?.attrs["id"]);
  return id === null || id === stanza.attrs["id"] || id === originIdIn(stanza) ? undefined : id;
}

/** @param id of the first message, never of another correction (§4) */
export const replaceElement = (id: string): Element => xml("replace", { xmlns: NS_CORRECT, id });
