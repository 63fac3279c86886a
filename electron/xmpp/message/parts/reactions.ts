/**
 * Reactions (XEP-0444): each message contains the sender's whole set of reactions to another message. The store finds
 * the author and the target. We do not ask a service which reactions it allows (§2.2); it answers a refused one with an
 * error.
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
 * The sender's reactions in a message (§3.1). Drops duplicates, anything but single emoji, and what exceeds the limit
 * (§4).
 * @returns null if there are none, or in an invalid form
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

/** A text that is not marked as fallback (XEP-0428) must not be lost. */
function saysMore(stanza: Element): boolean {
  if (stanza.getChild("encrypted", NS_OMEMO) !== undefined) return true;
  return (
    stanza.getChild("body") !== undefined &&
    !stanza.getChildren("fallback", NS_FALLBACK).some((one) => one.attrs["for"] === NS_REACTIONS)
  );
}

/** @param id as `target` of a `Reaction` @param emoji the whole set of our reactions; empty: removes them all (§3.2) */
export const reactionElements = (id: string, emoji: readonly string[]): Element[] => [
  xml("reactions", { xmlns: NS_REACTIONS, id }, ...emoji.map((one) => xml("reaction", {}, one))),
  xml("store", { xmlns: "urn:xmpp:hints" }),
];
