/**
 * Elements that could not be read completely, and why. The parser marks them and all their ancestors; the stanza still
 * counts (XEP-0198), but nothing acts on it, because its content may differ from what was sent.
 */
import type { Element } from "@xmpp/xml";
import type { UnreadableReason } from "../../../shared/model/encryption.ts";

const marks = new WeakMap<Element, UnreadableReason>();

/** Marks the element and all its ancestors; the first reason is kept. */
export function markUnreadable(element: Element, reason: UnreadableReason): void {
  for (let one: Element | null = element; one !== null; one = one.parent as Element | null) {
    if (!marks.has(one)) marks.set(one, reason);
  }
}

/** Why the element could not be read completely; null: it could. */
export const unreadableReason = (element: Element): UnreadableReason | null => marks.get(element) ?? null;
