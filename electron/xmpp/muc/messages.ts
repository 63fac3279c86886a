/**
 * Reads messages of rooms (XEP-0045 §7.4): texts, the subject, and what the room tells of its configuration and of
 * requests to its moderators. They count only while we are in the room or joining it.
 */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, receivedJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import type { FeaturePorts } from "../feature.ts";
import { hasBlanks } from "../message/parts/body.ts";
import { isCopy } from "../message/parts/forwarding.ts";
import { unreadableReason } from "../stream/unreadable.ts";
import { readAffiliation } from "./affiliations.ts";
import { readConfigurationChange } from "./changes.ts";
import { readGroupchat, readSubject, type RoomContext } from "./context.ts";
import { NS_MUC_USER } from "./presence.ts";
import { readModeratorRequest } from "./requests.ts";
import type { MucRoom } from "./room.ts";

interface Ports {
  rooms: ReadonlyMap<BareJid, MucRoom>;
  contextOf(room: BareJid): RoomContext;
  /** We may be in although the room does not say so. */
  joinedUnmarked(one: MucRoom): Promise<boolean>;
  noticed(one: MucRoom, change: RoomChange | null): Promise<void>;
}

/** @returns a function that reads a message; true if it is of a room */
export function messageReader(
  emit: FeaturePorts["emit"],
  { rooms, contextOf, joinedUnmarked, noticed }: Ports,
): (stanza: Element) => Promise<boolean> {
  async function groupchat(one: MucRoom, from: Jid, stanza: Element): Promise<void> {
    one.heardAt = performance.now();
    if (unreadableReason(stanza) !== null) return said(one, stanza);
    const codes = (stanza.getChild("x", NS_MUC_USER)?.getChildren("status") ?? [])
      .slice(0, 20)
      .map((status) => Number(status.attrs["code"]));
    const changes = isFromRoom(stanza) ? readConfigurationChange(codes) : [];
    if (changes.length > 0) {
      for (const change of changes) await noticed(one, change);
      return emit({ type: "room.configured", room: one.room });
    }
    const subject = readSubject(stanza);
    if (subject !== null) return about(one, resourceOf(from), subject);
    await said(one, stanza);
  }

  async function said({ room }: MucRoom, stanza: Element): Promise<void> {
    const inbound = readGroupchat(stanza, contextOf(room), null);
    if (inbound !== null) await emit({ type: "inbound", inbound });
    else if (hasBlanks(stanza)) await emit({ type: "refused", what: "blank-message" });
  }

  async function about(one: MucRoom, by: string, text: string): Promise<void> {
    const name = by.slice(0, 256);
    // The subject is the last stanza that a room sends to an occupant who joins (§7.2.15).
    await joinedUnmarked(one);
    await emit({ type: "room.subject", room: one.room, by: name, text });
    // The first subject is the one from before we joined.
    const isNew = one.subject !== null && one.subject !== text;
    if (one.joined) one.subject = text;
    if (isNew)
      await noticed(one, {
        kind: "subject",
        by: name === "" ? null : { name, self: name === one.nickname },
        subject: text.slice(0, 512),
      });
  }

  async function read(stanza: Element): Promise<boolean> {
    const from = receivedJid(stanza.attrs["from"]);
    if (from === null || isCopy(stanza)) return false;
    const one = rooms.get(toBare(from));
    const isUnreadable = unreadableReason(stanza) !== null;
    const told = one?.joined === true && !isUnreadable ? readAffiliation(stanza) : null;
    if (told !== null) {
      await emit({ type: "room.affiliation", room: toBare(from), ...told });
      return true;
    }
    if (stanza.attrs["type"] === "groupchat") {
      // Only rooms that we are in send us messages.
      if (one === undefined) await emit({ type: "refused", what: "forged-room-message" });
      else await groupchat(one, from, stanza);
      return true;
    }
    if (isUnreadable) return one !== undefined && !isFull(from);
    if (one?.joined === true && !isFull(from) && stanza.attrs["type"] !== "error") {
      const us = one.occupants.get(one.nickname);
      const asked = readModeratorRequest(stanza, {
        isModerator: us?.role === "moderator",
        isAdmin: us?.affiliation === "admin" || us?.affiliation === "owner",
      });
      if (asked !== null) {
        await emit({ type: "room.asked", asked });
        return true;
      }
    }
    return false;
  }

  return read;
}

const isFromRoom = (stanza: Element): boolean => !String(stanza.attrs["from"]).includes("/");
