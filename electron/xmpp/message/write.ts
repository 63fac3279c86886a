/** Writes the stanza of what we say in a chat of any kind: the one place that sets `to`, `type` and `<x/>`. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { Envelope } from "../../model/message.ts";
import type { Outbound, OutboundPayload } from "../../model/outbound.ts";
import { NS_MUC_USER } from "../muc/presence.ts";
import { encryptedElements } from "../omemo/envelope.ts";
import { replaceElement } from "./parts/corrections.ts";
import { reactionElements } from "./parts/reactions.ts";
import { askElements } from "./parts/receipts.ts";
import { retractionElements } from "./parts/retractions.ts";

/** `none`: it goes out as it is. */
export type Ready = Outbound<"none" | Envelope>;

export function writeMessage({ conversation: { jid: to, kind }, originId: id, payload, encryption }: Ready): Element {
  // An occupant whose address may be known to nobody says nothing of when he got it; nor do all in a room. The receipt
  // and the marker of an original stand for its corrections.
  const asks = kind === "contact" && payload.kind === "text" && payload.replaces === undefined;
  return xml(
    "message",
    { to, type: kind === "room" ? "groupchat" : "chat", id },
    ...payloadElements(payload, encryption),
    xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
    ...(asks ? askElements() : []),
    // XEP-0045 §7.5
    ...(kind === "private" ? [xml("x", { xmlns: NS_MUC_USER })] : []),
  );
}

function payloadElements(payload: OutboundPayload, encryption: Ready["encryption"]): Element[] {
  switch (payload.kind) {
    case "text":
      return [
        ...(encryption === "none" ? [xml("body", {}, payload.body)] : encryptedElements(encryption)),
        ...(payload.replaces === undefined ? [] : [replaceElement(payload.replaces)]),
      ];
    case "retraction":
      return retractionElements(payload.target, payload.explain);
    case "reaction":
      return reactionElements(payload.target, payload.emoji);
  }
}
