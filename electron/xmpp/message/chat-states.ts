/** Chat states (XEP-0085): alone in a message, or with a text, where they show that its author supports them. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { CHAT_STATES, type ChatState } from "../../model/chat-state.ts";

/** Also announced in service discovery (§4). */
export const NS_CHAT_STATES = "http://jabber.org/protocol/chatstates";
const NS_HINTS = "urn:xmpp:hints";
const TYPES: ReadonlySet<unknown> = new Set(["chat", "groupchat"]);
const STATES: ReadonlyMap<string, ChatState> = new Map(CHAT_STATES.map((state) => [state, state]));

/** @returns null: none, two (§5.6), or in a message of another type (§5.4) */
export function chatStateIn(stanza: Element): ChatState | null {
  if (!TYPES.has(stanza.attrs["type"])) return null;
  const [one, ...more] = stanza.getChildElements().filter(({ attrs }) => attrs["xmlns"] === NS_CHAT_STATES);
  return one === undefined || more.length > 0 ? null : (STATES.get(one.name) ?? null);
}

export const chatStateElement = (state: ChatState): Element => xml(state, { xmlns: NS_CHAT_STATES });

/** A state alone, which no archive keeps (XEP-0334 §4.2). */
export const chatStateElements = (state: ChatState): Element[] => [
  chatStateElement(state),
  xml("no-store", { xmlns: NS_HINTS }),
];
