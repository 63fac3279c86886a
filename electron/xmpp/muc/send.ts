/** What we say in a room (XEP-0045 §7.4), or to one of its occupants alone (§7.5). Only while we are in. */
import xml, { type Element } from "@xmpp/xml";
import { anyJid, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import { replaceElement } from "../message/parts/corrections.ts";
import { retractionElements } from "../message/parts/retractions.ts";
import { contentElements } from "../message/message.ts";
import { NotConnected, type Stream } from "../ports.ts";
import { reactionElements } from "../message/parts/reactions.ts";
import type { RoomIntents } from "../room-intents.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_SID = "urn:xmpp:sid:0";

/** @param isJoined we are in this room now */
export function roomMessages(
  stream: Pick<Stream, "send">,
  isJoined: (room: BareJid) => boolean,
): Pick<RoomIntents, "send" | "retract" | "react" | "sendPrivate" | "setNickname" | "setSubject"> {
  async function say(to: Jid, type: "groupchat" | "chat", originId: string, ...children: Element[]): Promise<void> {
    if (!isJoined(toBare(to))) throw new NotConnected();
    const origin = xml("origin-id", { xmlns: NS_SID, id: originId });
    await stream.send(xml("message", { to, type, id: originId }, ...children, origin), originId);
  }

  return {
    send: ({ room, originId, content, replaces }) =>
      say(
        room,
        "groupchat",
        originId,
        ...contentElements(content),
        ...(replaces === undefined ? [] : [replaceElement(replaces)]),
      ),
    retract: ({ room, originId, target, explain }) =>
      say(room, "groupchat", originId, ...retractionElements(target, explain)),
    react: ({ room, originId, target, emoji }) => say(room, "groupchat", originId, ...reactionElements(target, emoji)),
    sendPrivate: ({ to, originId, body }) =>
      say(to, "chat", originId, xml("body", {}, body), xml("x", { xmlns: NS_MUC_USER })),
    async setNickname(room, nickname) {
      if (!isJoined(room)) throw new NotConnected();
      await stream.send(xml("presence", { to: anyJid(`${room}/${nickname}`) }));
    },
    setSubject: (room, text) => stream.send(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, text))),
  };
}
