/** Invitations into rooms: through the room (XEP-0045 §7.8.2) and directly (XEP-0249). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { Invitation } from "../../model/payload.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_DIRECT = "jabber:x:conference";
const MOST_REASON = 1024;

/** @returns null for a message that invites to nothing */
export function readInvitation(stanza: Element): Invitation | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || stanza.attrs["type"] === "error" || stanza.attrs["type"] === "groupchat") return null;
  const invite = stanza.getChild("x", NS_MUC_USER)?.getChild("invite");
  const inviter = tryJid(invite?.attrs["from"]);
  if (invite !== undefined && inviter !== null && isRoom(from)) {
    const reason = (invite.getChildText("reason") ?? "").slice(0, MOST_REASON);
    return { kind: "invitation", room: toBare(from), from: inviter, direct: false, reason };
  }
  const direct = stanza.getChild("x", NS_DIRECT);
  const room = tryJid(direct?.attrs["jid"]);
  if (direct === undefined || room === null || !isRoom(room)) return null;
  const { reason = "" } = direct.attrs as { reason?: string };
  return { kind: "invitation", room: toBare(room), from, direct: true, reason: String(reason).slice(0, MOST_REASON) };
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
