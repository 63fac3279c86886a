/**
 * Who wrote a message of type `groupchat`, live, as history, or from the room's archive (XEP-0045 §7.4). What it says
 * is read by `message/read.ts`.
 */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { Inbound } from "../../model/message.ts";
import { isCopy } from "../message/parts/forwarding.ts";
import { delayedAt } from "../message/parts/delay.ts";
import { archiveIdIn } from "../message/parts/stanza-ids.ts";
import { readInbound, type Archived, type Context } from "../message/read.ts";
import type { RoomOccupant } from "../room-events.ts";
import { occupantIdIn } from "./occupant-id.ts";
import { NS_MUC_USER } from "./presence.ts";

export interface Place {
  room: BareJid;
  /** Ours in it. */
  nickname: string;
  /** Our own id there (XEP-0421); null: unknown. */
  ownOccupantId: string | null;
  /** Our bare JID. */
  account: BareJid;
  hasOccupantIds: boolean;
  /** It announces that it shows everybody who is who (§4.2). */
  nonAnonymous: boolean;
  /** It is sending what was said before we came (§7.2.13); from when on, in ms. Null: what comes is live. */
  historyFrom: number | null;
  /** The room announces an archive or stanza ids, so it removes forged ones. */
  hasStanzaIds: boolean;
  occupant(nickname: string): Pick<RoomOccupant, "jid" | "occupantId"> | null;
  /** Names the uninterrupted presence of who has this nickname now. */
  stay?(nickname: string): string | null;
}

/** Also a room that sends no subject has sent its history by then, ms. */
const HISTORY_TIME = 30_000;

/**
 * The history of a room (§7.2.13) lies between our own presence and the subject.
 * @param since what we asked for, in ms since 1970 @param joinedAt by the clock of `now`; null: not yet
 * @returns how old what comes now may be; null: it is live
 */
export function historyFrom(
  { since, subject, joinedAt }: { since: number; subject: string | null; joinedAt: number | null },
  now: number,
): number | null {
  return subject === null && (joinedAt === null || now - joinedAt < HISTORY_TIME) ? since : null;
}

/**
 * @param archived what the room's archive says of it; null: it comes live or as history
 * @returns null for what is not kept, or not from this room
 */
export function readGroupchat(stanza: Element, place: Place, archived: Archived | null): Inbound | null {
  const context = groupchatContext(stanza, place, archived);
  return context === null ? null : readInbound(stanza, context);
}

function groupchatContext(stanza: Element, place: Place, archived: Archived | null): Context | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || toBare(from) !== place.room || stanza.attrs["type"] !== "groupchat" || isCopy(stanza))
    return null;
  const nickname = isFull(from) ? resourceOf(from).slice(0, 256) : "";
  const occupantId = place.hasOccupantIds ? occupantIdIn(stanza) : null;
  const stamp = archived === null ? delayedAt(stanza, [place.room]) : null;
  // Behind the history a time is an occupant's own: ejabberd passes on all of them, Prosody all but what is in the
  // room's exact name.
  const delayed = stamp === null || place.historyFrom === null ? null : Math.max(stamp, place.historyFrom);
  const jid = realJid();
  const isNow = archived === null && stamp === null;
  const occupant = tryJid(`${place.room}/${place.nickname}`);
  return {
    conversation: { jid: place.room, kind: "room" },
    author: {
      outgoing: isOwn(),
      address: place.room,
      occupant: nickname === "" ? null : { nickname, occupantId, jid },
      stay: isNow && occupantId === null ? (place.stay?.(nickname) ?? null) : null,
    },
    from,
    us: [place.account, ...(occupant === null ? [] : [occupant])],
    ...(archived === null
      ? { via: "live", at: delayed, archiveId: place.hasStanzaIds ? archiveIdIn(stanza, place.room) : null }
      : { via: "archive", at: archived.stamp, archiveId: archived.archiveId }),
  };

  /**
   * Whose address it is. Who bears the nickname now wrote what comes now; what is older was written by whom the room's
   * archive names, or by whom the occupant id shows to be the same (XEP-0421).
   */
  function realJid(): BareJid | null {
    const there = place.occupant(nickname);
    const isSame = occupantId !== null && there?.occupantId === occupantId;
    // Some rooms send history out of its place: with a time in it, a nickname alone says nothing.
    if (archived === null && (stamp === null || isSame)) return there?.jid ?? null;
    const told = archived !== null && place.nonAnonymous ? toldJid(stanza) : null;
    if (told === null) return isSame ? there.jid : null;
    // Two answers to one question: one of them is forged.
    return isSame && there.jid !== null && there.jid !== told ? null : told;
  }

  /** A nickname can be taken over by somebody else; an occupant id, or the real address, cannot. */
  function isOwn(): boolean {
    if (jid !== null) return jid === place.account;
    if (occupantId !== null && place.ownOccupantId !== null) return occupantId === place.ownOccupantId;
    return nickname !== "" && nickname === place.nickname;
  }
}

/**
 * XEP-0313 §5.1.2: the archive of a room that shows everybody's address names the writer. Elsewhere only an occupant
 * can have written it. Twice is once too often: Prosody adds its own behind what an occupant wrote.
 */
function toldJid(stanza: Element): BareJid | null {
  const items = stanza.getChildren("x", NS_MUC_USER).flatMap((x) => x.getChildren("item"));
  const jid = items.length === 1 ? tryJid(items[0]!.attrs["jid"]) : null;
  return jid === null ? null : toBare(jid);
}

/** A subject, and nothing else: a message with a body is none (§8.1). Null: no subject. */
export function readSubject(stanza: Element): string | null {
  const subject = stanza.getChild("subject");
  if (subject === undefined || stanza.getChild("body") !== undefined || stanza.getChild("thread") !== undefined)
    return null;
  return subject.getText().slice(0, 4096);
}
