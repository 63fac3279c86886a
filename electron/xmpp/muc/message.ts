/** What a message of type `groupchat` holds (XEP-0045 §7.4), live, as history, or from the room's archive. */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import { bodyOf, isCopy, MOST_BODY, shortId } from "../content.ts";
import { delayedAt } from "../delay.ts";
import type { RoomMessage, RoomOccupant } from "../room-events.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_SID = "urn:xmpp:sid:0";
const NS_OCCUPANT_ID = "urn:xmpp:occupant-id:0";

export interface Place {
  room: BareJid;
  /** Ours in it. */
  nickname: string;
  /** Our own id there (XEP-0421); null: unknown. */
  ownOccupantId: string | null;
  /** Our bare JID. */
  account: BareJid;
  hasOccupantIds: boolean;
  /** The room announces an archive or stanza ids, so it removes forged ones. */
  hasStanzaIds: boolean;
  occupant(nickname: string): Pick<RoomOccupant, "jid" | "occupantId"> | null;
}

/** @returns null for what is not kept: no text, or not from this room */
export function readRoomMessage(stanza: Element, place: Place, archived: boolean): RoomMessage | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || toBare(from) !== place.room || stanza.attrs["type"] !== "groupchat" || isCopy(stanza)) return null;
  const body = bodyOf(stanza);
  if (body === null) return null;
  const nickname = isFull(from) ? resourceOf(from).slice(0, 256) : "";
  const occupantId = place.hasOccupantIds ? shortId(stanza.getChild("occupant-id", NS_OCCUPANT_ID)?.attrs["id"]) : null;
  const there = archived ? null : place.occupant(nickname);
  const told = archived ? tryJid(stanza.getChild("x", NS_MUC_USER)?.getChild("item")?.attrs["jid"]) : null;
  const jid = told === null ? (there?.jid ?? null) : toBare(told);
  return {
    room: place.room,
    nickname,
    occupantId,
    jid,
    own: isOwn(),
    body: body.slice(0, MOST_BODY),
    stanzaIdAttribute: shortId(stanza.attrs["id"]) ?? "",
    originId: shortId(stanza.getChild("origin-id", NS_SID)?.attrs["id"]),
    archiveId: place.hasStanzaIds && !archived ? stanzaId(stanza, place.room) : null,
    delayedAt: archived ? null : delayedAt(stanza, [place.room]),
  };

  /** A nickname can be taken over by somebody else; an occupant id, or the real address, cannot. */
  function isOwn(): boolean {
    if (jid !== null) return jid === place.account;
    if (occupantId !== null && place.ownOccupantId !== null) return occupantId === place.ownOccupantId;
    return nickname !== "" && nickname === place.nickname;
  }
}

/** XEP-0359 §3: only the id that this room wrote for its own archive means anything here. */
function stanzaId(stanza: Element, room: BareJid): string | null {
  const theirs = stanza.getChildren("stanza-id", NS_SID).filter((one) => tryJid(one.attrs["by"]) === room);
  return theirs.length === 1 ? shortId(theirs[0]!.attrs["id"]) : null;
}

/** A subject, and nothing else: a message with a body is none (§8.1). Null: no subject. */
export function readSubject(stanza: Element): string | null {
  const subject = stanza.getChild("subject");
  if (subject === undefined || stanza.getChild("body") !== undefined || stanza.getChild("thread") !== undefined) return null;
  return subject.getText().slice(0, 4096);
}
