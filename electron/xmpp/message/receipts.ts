/** Receipts (XEP-0184) and display markers (XEP-0333), as we ask for them and give them. */
import xml, { type Element } from "@xmpp/xml";
import { NS_MARKERS, NS_RECEIPTS } from "./content.ts";

/** XEP-0184 §5.1 and XEP-0333 §4.1 */
export const askElements = (): Element[] => [
  xml("request", { xmlns: NS_RECEIPTS }),
  xml("markable", { xmlns: NS_MARKERS }),
];

/** @param id of the message that came (XEP-0184 §5.2) */
export const receivedElement = (id: string): Element => xml("received", { xmlns: NS_RECEIPTS, id });

/** @param id of the message that was displayed, with all before it (XEP-0333 §4.2) */
export const displayedElement = (id: string): Element => xml("displayed", { xmlns: NS_MARKERS, id });
