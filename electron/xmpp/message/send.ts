/** Sends messages of any kind of chat, and key transport messages, receipts, markers and chat states. */
import { xml } from "@xmpp/client";
import { toBare, type BareJid } from "../../../shared/jid.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { MessageIntents } from "../intents.ts";
import { keyElements } from "../omemo/envelope.ts";
import { NotConnected, type Stream } from "../stream.ts";
import { displayedElement, receivedElement } from "./parts/receipts.ts";
import { writeChatState, writeMessage } from "./write.ts";

/** @param isJoined we are in this room now */
export function messageIntents(
  stream: Pick<Stream, "send" | "sendFleeting">,
  isJoined: (room: BareJid) => boolean,
): MessageIntents {
  function checkJoined({ jid, kind }: Conversation): void {
    if (kind !== "contact" && !isJoined(toBare(jid))) throw new NotConnected();
  }
  return {
    async send(outbound) {
      const { conversation, originId } = outbound;
      checkJoined(conversation);
      await stream.send(writeMessage(outbound), originId);
    },
    sendKeys: ({ to, envelope }) => stream.send(xml("message", { to, type: "chat" }, ...keyElements(envelope))),
    confirmReceived: (to, id) => stream.send(xml("message", { to, type: "chat" }, receivedElement(id))),
    confirmDisplayed: (to, id) => stream.send(xml("message", { to, type: "chat" }, displayedElement(id))),
    async chatState(conversation, state) {
      checkJoined(conversation);
      await stream.sendFleeting(writeChatState(conversation, state));
    },
  };
}
