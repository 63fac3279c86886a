/** Sends messages of any kind of chat, and key transport messages, receipts and markers. */
import { xml } from "@xmpp/client";
import { toBare, type BareJid } from "../../../shared/jid.ts";
import type { MessageIntents } from "../intents.ts";
import { keyElements } from "../omemo/envelope.ts";
import { NotConnected, type Stream } from "../stream.ts";
import { displayedElement, receivedElement } from "./parts/receipts.ts";
import { writeMessage } from "./write.ts";

/** @param isJoined we are in this room now */
export function messageIntents(stream: Pick<Stream, "send">, isJoined: (room: BareJid) => boolean): MessageIntents {
  return {
    async send(outbound) {
      const { conversation, originId } = outbound;
      if (conversation.kind !== "contact" && !isJoined(toBare(conversation.jid))) throw new NotConnected();
      await stream.send(writeMessage(outbound), originId);
    },
    sendKeys: ({ to, envelope }) => stream.send(xml("message", { to, type: "chat" }, ...keyElements(envelope))),
    confirmReceived: (to, id) => stream.send(xml("message", { to, type: "chat" }, receivedElement(id))),
    confirmDisplayed: (to, id) => stream.send(xml("message", { to, type: "chat" }, displayedElement(id))),
  };
}
