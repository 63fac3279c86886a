/**
 * Which elements could not be read whole, and why. The parser marks them, with all that they stand in; the stanza still
 * counts (XEP-0198), but nothing acts on it: what it seems to say may not be what was sent.
 */
import type { Element } from "@xmpp/xml";
import type { UnreadableReason } from "../../../shared/model/encryption.ts";

const marks = new WeakMap<Element, UnreadableReason>();

/** Marks the element and all its ancestors; the first reason stays. */
export function markUnreadable(element: Element, reason: UnreadableReason): void {
  for (let one: Element | null = element; one !== null; one = one.parent as Element | null) {
    if (!marks.has(one)) marks.set(one, reason);
  }
}

/** Why the element could not be read whole; null: it could. */
export const unreadableReason = (element: Element): UnreadableReason | null => marks.get(element) ?? null;
