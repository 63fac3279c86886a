/**
 * The last filter for outgoing stanzas. A server ends the stream at a character that XML cannot carry (RFC 6120
 * §4.9.3.13), and the same stanza would end the next stream as well; so such characters are removed, wherever they came
 * from.
 */
import type { Element } from "@xmpp/xml";
import { xmlText } from "../../../shared/xml-text.ts";
import { log } from "../../log/log.ts";

/** Removes characters that XML cannot carry from all text and attributes of the element. */
export function makeWritable(element: Element): void {
  if (clean(element))
    log.warn("xmpp", "characters that XML cannot carry were left out of a stanza", { name: element.name });
}

/** @returns true if something was removed */
function clean(element: Element): boolean {
  let changed = false;
  for (const [name, value] of Object.entries(element.attrs as Record<string, unknown>)) {
    const text = typeof value === "string" ? xmlText(value) : value;
    if (text === value) continue;
    Object.assign(element.attrs, { [name]: text });
    changed = true;
  }
  element.children.forEach((child, at) => {
    if (typeof child === "object") changed = clean(child as Element) || changed;
    else if (typeof child === "string") {
      const text = xmlText(child);
      changed = changed || text !== child;
      element.children[at] = text;
    }
  });
  return changed;
}
