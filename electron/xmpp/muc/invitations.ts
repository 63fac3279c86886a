/** Invitations to rooms: mediated by the room (XEP-0045 §7.8.2) and direct (XEP-0249). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, isFull, receivedJid, resourceOf, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import { MAX_NICKNAME } from "../../../shared/limits.ts";
import type { Invitation } from "../../model/payload.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_DIRECT = "jabber:x:conference";
const MOST_REASON = 1024;
const MOST_PASSWORD = 1024;

/** @returns null for a message without an invitation */
export function readInvitation(stanza: Element): Invitation | null {
  const from = receivedJid(stanza.attrs["from"]);
  if (from === null || stanza.attrs["type"] === "error" || stanza.attrs["type"] === "groupchat") return null;
  const mediated = stanza.getChild("x", NS_MUC_USER);
  const invite = mediated?.getChild("invite");
  const inviter = receivedJid(invite?.attrs["from"]);
  if (invite !== undefined && inviter !== null && isRoom(from)) {
    const reason = (invite.getChildText("reason") ?? "").slice(0, MOST_REASON);
    const password = passwordIn(mediated?.getChildText("password"));
    const nickname = isFull(inviter) && toBare(inviter) === toBare(from) ? resourceOf(inviter) : "";
    return {
      kind: "invitation",
      room: toBare(from),
      from: inviter,
      direct: false,
      // A longer one is nobody's: a part of it could be another's.
      nickname: nickname === "" || nickname.length > MAX_NICKNAME ? null : nickname,
      reason,
      ...password,
    };
  }
  const direct = stanza.getChild("x", NS_DIRECT);
  const room = receivedJid(direct?.attrs["jid"]);
  if (direct === undefined || room === null || !isRoom(room)) return null;
  const { reason = "", password } = direct.attrs as { reason?: string; password?: string };
  return {
    kind: "invitation",
    room: toBare(room),
    from,
    direct: true,
    nickname: null,
    reason: String(reason).slice(0, MOST_REASON),
    ...passwordIn(password),
  };
}

/** A password that is too long is none: a part of it would be wrong. */
const passwordIn = (password: string | null | undefined): { password?: string } =>
  typeof password === "string" && password !== "" && password.length <= MOST_PASSWORD ? { password } : {};

const isRoom = (jid: string): boolean => jid.includes("@") && isBare(jid as BareJid);

/**
 * Sends a mediated invitation, which makes the person a member of a members-only room, and a direct one for clients
 * that know only that.
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

/**
 * The answer that declines an invitation (§7.8.2).
 * @param inviter as the room named them: a bare JID, or an occupant's address
 */
export const refusal = (room: BareJid, inviter: Jid, reason: string): Element =>
  xml(
    "message",
    { to: room },
    xml(
      "x",
      { xmlns: NS_MUC_USER },
      xml("decline", { to: inviter }, ...(reason === "" ? [] : [xml("reason", {}, reason)])),
    ),
  );
