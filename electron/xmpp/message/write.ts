/** Writes the stanza of an outgoing message of any kind of chat: the one place that sets `to`, `type` and `<x/>`. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { ChatState } from "../../model/chat-state.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { Envelope } from "../../model/message.ts";
import type { Outbound, OutboundPayload } from "../../model/outbound.ts";
import { NS_MUC_USER } from "../muc/presence.ts";
import { encryptedElements } from "../omemo/envelope.ts";
import { chatStateElement, chatStateElements } from "./chat-states.ts";
import { replaceElement } from "./parts/corrections.ts";
import { fileElements } from "./parts/files/write-files.ts";
import { reactionElements } from "./parts/reactions.ts";
import { askElements } from "./parts/receipts.ts";
import { retractionElements } from "./parts/retractions.ts";
import { unstyledElement } from "./parts/styling/unstyled.ts";

/** `none`: plaintext. */
export interface PreparedOutbound extends Outbound<"none" | Envelope> {
  /** Tells that we support chat states, and no longer compose (XEP-0085 §5.1). */
  active?: boolean;
}

export function writeMessage({
  conversation: { jid: to, kind },
  originId: id,
  payload,
  encryption,
  active = false,
}: PreparedOutbound): Element {
  // No receipts in rooms and private messages, where addresses may be hidden. Those of an original also cover its
  // corrections.
  const asks = kind === "contact" && payload.kind === "text" && payload.replaces === undefined;
  return xml(
    "message",
    { to, type: kind === "room" ? "groupchat" : "chat", id },
    ...payloadElements(payload, encryption),
    xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
    ...(asks ? askElements() : []),
    ...(active ? [chatStateElement("active")] : []),
    // Marks a private message (XEP-0045 §7.5).
    ...(kind === "private" ? [xml("x", { xmlns: NS_MUC_USER })] : []),
  );
}

/** A chat state alone; without an id, since nothing refers to it. */
export const writeChatState = ({ jid: to, kind }: Conversation, state: ChatState): Element =>
  xml(
    "message",
    { to, type: kind === "room" ? "groupchat" : "chat" },
    ...chatStateElements(state),
    ...(kind === "private" ? [xml("x", { xmlns: NS_MUC_USER })] : []),
  );

function payloadElements(payload: OutboundPayload, encryption: PreparedOutbound["encryption"]): Element[] {
  switch (payload.kind) {
    case "text":
      return [
        // In an encrypted chat the body alone says where a file is (XEP-0454): all else would be plaintext.
        ...(encryption === "none"
          ? [xml("body", {}, payload.body), ...fileElements(payload.uploads ?? [])]
          : encryptedElements(encryption)),
        ...(payload.replaces === undefined ? [] : [replaceElement(payload.replaces)]),
        ...(payload.unstyled === true ? [unstyledElement()] : []),
      ];
    case "retraction":
      return retractionElements(payload.target);
    case "reaction":
      return reactionElements(payload.target, payload.emoji);
  }
}
