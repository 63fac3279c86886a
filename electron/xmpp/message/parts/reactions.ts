/**
 * Reactions to messages (XEP-0444): all that one sender has given to one message, anew each time. Whose they are, and
 * to what, is decided where the message is. What a service allows of them (§2.2) is not asked; what it refuses comes
 * back as an error.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { emojiOf } from "../../../../shared/emoji.ts";
import { MOST_REACTIONS } from "../../../../shared/model/message.ts";
import type { Reaction } from "../../../model/payload.ts";
import { shortId } from "./stanza-ids.ts";

export const NS_REACTIONS = "urn:xmpp:reactions:0";
const NS_FALLBACK = "urn:xmpp:fallback:0";
const NS_OMEMO = "eu.siacs.conversations.axolotl";

/**
 * What a message says of its sender's reactions (§3.1). What is no single emoji, is there twice, or is too much, is
 * passed over (§4).
 * @returns null: nothing, or not in the form that it must have
 */
export function reactionIn(stanza: Element): Reaction | null {
  const [one, ...more] = stanza.getChildren("reactions", NS_REACTIONS);
  const target = shortId(one?.attrs["id"]);
  if (one === undefined || more.length > 0 || target === null) return null;
  if (saysMore(stanza)) return null;
  const emoji = new Set<string>();
  for (const reaction of one.getChildren("reaction")) {
    const what = emojiOf(reaction.getText());
    if (what !== null && emoji.size < MOST_REACTIONS) emoji.add(what);
  }
  return { kind: "reaction", target, emoji: [...emoji] };
}

/** A text that is not only for programs without reactions (XEP-0428): it must not be lost for them. */
function saysMore(stanza: Element): boolean {
  if (stanza.getChild("encrypted", NS_OMEMO) !== undefined) return true;
  return (
    stanza.getChild("body") !== undefined &&
    !stanza.getChildren("fallback", NS_FALLBACK).some((one) => one.attrs["for"] === NS_REACTIONS)
  );
}

/** @param id as `target` of a `Reaction` @param emoji all that we react with; none takes everything back (§3.2) */
export const reactionElements = (id: string, emoji: readonly string[]): Element[] => [
  xml("reactions", { xmlns: NS_REACTIONS, id }, ...emoji.map((one) => xml("reaction", {}, one))),
  xml("store", { xmlns: "urn:xmpp:hints" }),
];
