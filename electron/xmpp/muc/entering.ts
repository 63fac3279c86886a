/** The presence that joins a room (XEP-0045 §7.2.2), and the occupant address of a nickname. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, receivedJid, type BareJid, type FullJid, type Jid } from "../../../shared/jid.ts";
import type { RoomIntents } from "../room-intents.ts";
import { NS_MUC } from "./presence.ts";

/** Number of messages requested from a room without an archive if we have none of its messages. */
const MOST_HISTORY = "50";

/**
 * A nickname that a room gave us may break the rules; the window checks what a person types.
 * @returns null if no address can contain the nickname
 */
export function occupantAddress(room: BareJid, nickname: string): FullJid | null {
  const jid = nickname === "" ? null : receivedJid(`${room}/${nickname}`);
  return jid !== null && isFull(jid) ? jid : null;
}

/** Our occupant address in a room that we are in. The room's own address if no address can contain our nickname. */
export const ownAddress = ({ room, nickname }: { room: BareJid; nickname: string }): Jid =>
  occupantAddress(room, nickname) ?? room;

export function enteringPresence(
  to: FullJid,
  { password, since }: Pick<Parameters<RoomIntents["join"]>[0], "password" | "since">,
  shown: readonly Element[],
): Element {
  const history =
    since === null
      ? { maxstanzas: "0" }
      : since === 0
        ? { maxstanzas: MOST_HISTORY }
        : { since: new Date(since).toISOString() };
  return xml(
    "presence",
    { to },
    ...shown,
    xml("x", { xmlns: NS_MUC }, ...(password === null ? [] : [xml("password", {}, password)]), xml("history", history)),
  );
}
