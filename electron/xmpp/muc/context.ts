/**
 * Determines the author of a message of type `groupchat`: live, from the history, or from the room's archive (XEP-0045
 * §7.4). `message/read.ts` reads the content.
 */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { Inbound } from "../../model/message.ts";
import { isCopy } from "../message/parts/forwarding.ts";
import { delayedAt } from "../message/parts/delay.ts";
import { archiveIdIn } from "../message/parts/stanza-ids.ts";
import { readInbound, type Archived, type Context } from "../message/read.ts";
import type { RoomOccupant } from "../room-events.ts";
import { occupantIdIn } from "./occupants/occupant-id.ts";
import { NS_MUC_USER } from "./presence.ts";

export interface RoomContext {
  room: BareJid;
  /** Our nickname in the room. */
  nickname: string;
  /** Our occupant id (XEP-0421). Null: unknown. */
  ownOccupantId: string | null;
  /** Our bare JID. */
  account: BareJid;
  hasOccupantIds: boolean;
  /** The room announces that it shows real JIDs to everybody (§4.2). */
  nonAnonymous: boolean;
  /** While the room sends its history (§7.2.13): the earliest time of a message in it, ms. Null: messages are live. */
  historyFrom: number | null;
  /** The room announces an archive or stanza ids, so it removes forged ones. */
  hasStanzaIds: boolean;
  occupant(nickname: string): Pick<RoomOccupant, "jid" | "occupantId"> | null;
  /** The id of the uninterrupted presence of the occupant with this nickname. */
  occupancy?(nickname: string): string | null;
}

/** Time after joining when the history is over even if the room sends no subject, ms. */
const HISTORY_TIME = 30_000;

/**
 * The history of a room (§7.2.13) is sent between our own presence and the subject.
 * @param since start of the requested history, ms since 1970 @param joinedAt on the clock of `now`; null: not joined
 * yet
 * @returns the earliest time of a message that arrives now; null: it is live
 */
export function historyFrom(
  { since, subject, joinedAt }: { since: number; subject: string | null; joinedAt: number | null },
  now: number,
): number | null {
  return subject === null && (joinedAt === null || now - joinedAt < HISTORY_TIME) ? since : null;
}

/**
 * @param archived id and stamp of the room's archive; null: the message is live or from the history
 * @returns null for a message that is not kept, or not from this room
 */
export function readGroupchat(stanza: Element, place: RoomContext, archived: Archived | null): Inbound | null {
  const context = groupchatContext(stanza, place, archived);
  return context === null ? null : readInbound(stanza, context);
}

function groupchatContext(stanza: Element, place: RoomContext, archived: Archived | null): Context | null {
  const from = receivedJid(stanza.attrs["from"]);
  if (from === null || toBare(from) !== place.room || stanza.attrs["type"] !== "groupchat" || isCopy(stanza))
    return null;
  const nickname = isFull(from) ? resourceOf(from).slice(0, 256) : "";
  const occupantId = place.hasOccupantIds ? occupantIdIn(stanza) : null;
  const stamp = archived === null ? (delayedAt(stanza, [place.room]) ?? stampOfHistory()) : null;
  // Outside the history a stamp may be the occupant's own: ejabberd passes all of them on, Prosody all but those in the
  // exact name of the room.
  const delayed = stamp === null || place.historyFrom === null ? null : Math.max(stamp, place.historyFrom);
  const jid = realJid();
  const isNow = archived === null && stamp === null;
  const occupant = receivedJid(`${place.room}/${place.nickname}`);
  return {
    conversation: { jid: place.room, kind: "room" },
    author: {
      outgoing: isOwn(),
      address: place.room,
      occupant: nickname === "" ? null : { nickname, occupantId, jid },
      occupancy: isNow && occupantId === null ? (place.occupancy?.(nickname) ?? null) : null,
    },
    from,
    us: [place.account, ...(occupant === null ? [] : [occupant])],
    ...(archived === null
      ? { via: "live", at: delayed, archiveId: place.hasStanzaIds ? archiveIdIn(stanza, place.room) : null }
      : { via: "archive", at: archived.stamp, archiveId: archived.archiveId }),
  };

  /** Some services stamp their history in the name of the author (Openfire). Such stamps count until the subject. */
  function stampOfHistory(): number | null {
    return place.historyFrom === null ? null : delayedAt(stanza, null);
  }

  /**
   * The real JID of the author. For a live message it is that of the present occupant with the nickname; for an older
   * one, that named by the room's archive, or that of a present occupant with the same occupant id (XEP-0421).
   */
  function realJid(): BareJid | null {
    const there = place.occupant(nickname);
    const isSame = occupantId !== null && there?.occupantId === occupantId;
    // Some rooms send history late: if a message has a stamp, the nickname alone proves nothing.
    if (archived === null && (stamp === null || isSame)) return there?.jid ?? null;
    const told = archived !== null && place.nonAnonymous ? toldJid(stanza) : null;
    if (told === null) return isSame ? there.jid : null;
    // The archive and the occupant id disagree, so one of them is forged.
    return isSame && there.jid !== null && there.jid !== told ? null : told;
  }

  /** Somebody else can take over a nickname, but not an occupant id or a real JID. */
  function isOwn(): boolean {
    if (jid !== null) return jid === place.account;
    if (occupantId !== null && place.ownOccupantId !== null) return occupantId === place.ownOccupantId;
    return nickname !== "" && nickname === place.nickname;
  }
}

/**
 * XEP-0313 §5.1.2: the archive of a room that shows real JIDs names the author. In other rooms only an occupant can
 * have written the element. Two elements count as none: Prosody appends its own to the occupant's.
 */
function toldJid(stanza: Element): BareJid | null {
  const items = stanza.getChildren("x", NS_MUC_USER).flatMap((x) => x.getChildren("item"));
  const jid = items.length === 1 ? receivedJid(items[0]!.attrs["jid"]) : null;
  return jid === null ? null : toBare(jid);
}

/** The subject (§8.1). Null: the message is none, for example because it has a body. */
export function readSubject(stanza: Element): string | null {
  const subject = stanza.getChild("subject");
  if (subject === undefined || stanza.getChild("body") !== undefined || stanza.getChild("thread") !== undefined)
    return null;
  return subject.getText().slice(0, 4096);
}
