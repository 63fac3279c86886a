/** Receipts (XEP-0184) and display markers (XEP-0333): requested by a message, and sent for one. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { Payload } from "../../../model/payload.ts";
import { shortId } from "./stanza-ids.ts";

export const NS_RECEIPTS = "urn:xmpp:receipts";
export const NS_MARKERS = "urn:xmpp:chat-markers:0";

export const asksReceipt = (stanza: Element): boolean => stanza.getChild("request", NS_RECEIPTS) !== undefined;
export const isMarkable = (stanza: Element): boolean => stanza.getChild("markable", NS_MARKERS) !== undefined;

/** Older clients still send the `received` of earlier versions of XEP-0333. */
export function receiptIn(stanza: Element): Extract<Payload, { kind: "receipt" | "displayed" }> | null {
  for (const child of stanza.getChildElements()) {
    const ns = child.attrs["xmlns"];
    const target = shortId(child.attrs["id"]);
    if (target === null || (ns !== NS_RECEIPTS && ns !== NS_MARKERS)) continue;
    if (child.name === "received") return { kind: "receipt", target };
    if (child.name === "displayed" && ns === NS_MARKERS) return { kind: "displayed", target };
  }
  return null;
}

/** Requests both (XEP-0184 §5.1, XEP-0333 §4.1). */
export const askElements = (): Element[] => [
  xml("request", { xmlns: NS_RECEIPTS }),
  xml("markable", { xmlns: NS_MARKERS }),
];

/** @param id of the received message (XEP-0184 §5.2) */
export const receivedElement = (id: string): Element => xml("received", { xmlns: NS_RECEIPTS, id });

/** @param id of the displayed message; it also covers all earlier ones (XEP-0333 §4.2) */
export const displayedElement = (id: string): Element => xml("displayed", { xmlns: NS_MARKERS, id });
