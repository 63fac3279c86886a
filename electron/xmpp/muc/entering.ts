/** The presence that enters a room (XEP-0045 §7.2.2), and the address that a nickname makes there. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, tryJid, type BareJid, type FullJid, type Jid } from "../../../shared/jid.ts";
import type { RoomIntents } from "../room-intents.ts";
import { NS_MUC } from "./presence.ts";

/** Messages that a room without an archive is asked for when we have none of it. */
const MOST_HISTORY = "50";

/** @returns null where no address can hold the nickname (RFC 7622 §3.4): a bookmark or a room may name any text */
export function occupantAddress(room: BareJid, nickname: string): FullJid | null {
  const jid = nickname === "" ? null : tryJid(`${room}/${nickname}`);
  return jid !== null && isFull(jid) ? jid : null;
}

/** Our address in a room that we are in; the room's own where it has told us a nickname that no address can hold. */
export const ownAddress = ({ room, nickname }: { room: BareJid; nickname: string }): Jid =>
  occupantAddress(room, nickname) ?? room;

export function enteringPresence(
  to: FullJid,
  { password, since }: Pick<Parameters<RoomIntents["join"]>[0], "password" | "since">,
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
    xml("x", { xmlns: NS_MUC }, ...(password === null ? [] : [xml("password", {}, password)]), xml("history", history)),
  );
}
