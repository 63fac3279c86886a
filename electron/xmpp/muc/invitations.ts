/** Invitations into rooms: through the room (XEP-0045 §7.8.2) and directly (XEP-0249). */
import xml, { type Element } from "@xmpp/xml";
import { isBare, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { RoomEvent } from "../room-events.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_DIRECT = "jabber:x:conference";
const MOST_PASSWORD = 1024;
type Invited = Extract<RoomEvent, { type: "room.invited" }>;

/** @returns null for a message that invites to nothing */
export function readInvitation(stanza: Element): Invited | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || stanza.attrs["type"] === "error" || stanza.attrs["type"] === "groupchat") return null;
  const mediated = stanza.getChild("x", NS_MUC_USER);
  const invite = mediated?.getChild("invite");
  // The room itself says who invites; whether that is true only the room knows.
  const inviter = tryJid(invite?.attrs["from"]);
  if (mediated !== undefined && invite !== undefined && inviter !== null && isRoom(from)) {
    const reason = (invite.getChildText("reason") ?? "").slice(0, 1024);
    return {
      type: "room.invited",
      room: toBare(from),
      from: inviter,
      direct: false,
      reason,
      password: mediated.getChildText("password")?.slice(0, MOST_PASSWORD) ?? null,
    };
  }
  const direct = stanza.getChild("x", NS_DIRECT);
  const room = tryJid(direct?.attrs["jid"]);
  if (direct === undefined || room === null || !isRoom(room)) return null;
  const { reason = "", password } = direct.attrs as { reason?: string; password?: string };
  return {
    type: "room.invited",
    room: toBare(room),
    from,
    direct: true,
    reason: String(reason).slice(0, 1024),
    password: password?.slice(0, MOST_PASSWORD) ?? null,
  };
}

const isRoom = (jid: string): boolean => jid.includes("@") && isBare(jid as BareJid);

/**
 * Both ways at once: a members-only room lets him in by the first, and clients without a word for that know the second.
 */
export function invitations(room: BareJid, person: BareJid, reason: string, direct: boolean): Element[] {
  const because = reason === "" ? [] : [xml("reason", {}, reason)];
  const mediated = xml(
    "message",
    { to: room },
    xml("x", { xmlns: NS_MUC_USER }, xml("invite", { to: person }, ...because)),
  );
  if (!direct) return [mediated];
  return [
    mediated,
    xml("message", { to: person }, xml("x", { xmlns: NS_DIRECT, jid: room, ...(reason === "" ? {} : { reason }) })),
  ];
}

/** §7.8.2. */
export const refusal = (room: BareJid, inviter: BareJid, reason: string): Element =>
  xml(
    "message",
    { to: room },
    xml(
      "x",
      { xmlns: NS_MUC_USER },
      xml("decline", { to: inviter }, ...(reason === "" ? [] : [xml("reason", {}, reason)])),
    ),
  );
