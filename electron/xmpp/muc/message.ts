/** What a message of type `groupchat` holds (XEP-0045 §7.4), live, as history, or from the room's archive. */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, tryJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import { actIn, isTombstone, moderationIn, replacedBy } from "../message/amendments.ts";
import { bodyOf, isCopy, MOST_BODY, shortId } from "../message/content.ts";
import { delayedAt } from "../message/delay.ts";
import { readEnvelope } from "../omemo/envelope.ts";
import { mentions } from "../message/references.ts";
import type { RoomAmendment, RoomMessage, RoomOccupant } from "../room-events.ts";
import { unreadableReason } from "../stream/unreadable.ts";
import { occupantIdIn } from "./occupant-id.ts";
import { NS_MUC_USER } from "./presence.ts";

const NS_SID = "urn:xmpp:sid:0";

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

type Sender = Omit<RoomMessage, "body" | "encrypted" | "replaces" | "tombstone" | "mentionsUs" | "unreadable">;

/** @returns null for what is not kept: no text, or not from this room */
export function readRoomMessage(stanza: Element, place: Place, archived: boolean): RoomMessage | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || toBare(from) !== place.room || stanza.attrs["type"] !== "groupchat" || isCopy(stanza))
    return null;
  const unreadable = unreadableReason(stanza);
  if (unreadable !== null) return { ...senderOf(stanza, from, place, archived), body: "", encrypted: null, unreadable };
  const [body, encrypted] = [bodyOf(stanza), readEnvelope(stanza)];
  const tombstone = archived && body === null && encrypted === null && isTombstone(stanza);
  if (body === null && encrypted === null && !tombstone) return null;
  const replaces = replacedBy(stanza);
  const occupant = tryJid(`${place.room}/${place.nickname}`);
  const us = [place.account, ...(occupant === null ? [] : [occupant])];
  return {
    ...senderOf(stanza, from, place, archived),
    body: (body ?? "").slice(0, MOST_BODY),
    encrypted,
    ...(replaces === undefined ? {} : { replaces }),
    ...(tombstone ? { tombstone } : {}),
    ...(mentions(stanza, us) ? { mentionsUs: true } : {}),
  };
}

/** What is done to a message there; of moderation only what the room itself says counts (XEP-0425 §6). */
export function readRoomAmendment(stanza: Element, place: Place, archived: boolean): RoomAmendment | null {
  const from = tryJid(stanza.attrs["from"]);
  if (from === null || toBare(from) !== place.room || stanza.attrs["type"] !== "groupchat" || isCopy(stanza))
    return null;
  if (unreadableReason(stanza) !== null) return null;
  const act = isFull(from) ? actIn(stanza) : moderationIn(stanza, place.room);
  return act === null ? null : { ...senderOf(stanza, from, place, archived), act };
}

function senderOf(stanza: Element, from: Jid, place: Place, archived: boolean): Sender {
  const nickname = isFull(from) ? resourceOf(from).slice(0, 256) : "";
  const occupantId = place.hasOccupantIds ? occupantIdIn(stanza) : null;
  const stamp = archived ? null : delayedAt(stanza, [place.room]);
  // Behind the history a time is an occupant's own: ejabberd passes on all of them, Prosody all but what is in the
  // room's exact name.
  const delayed = stamp === null || place.historyFrom === null ? null : Math.max(stamp, place.historyFrom);
  const jid = realJid();
  const stay = !archived && stamp === null && occupantId === null ? (place.stay?.(nickname) ?? null) : null;
  return {
    room: place.room,
    nickname,
    occupantId,
    jid,
    own: isOwn(),
    ...(stay === null ? {} : { stay }),
    messageId: shortId(stanza.attrs["id"]),
    originId: shortId(stanza.getChild("origin-id", NS_SID)?.attrs["id"]),
    archiveId: place.hasStanzaIds && !archived ? archiveIdOf(stanza, place.room) : null,
    delayedAt: delayed,
  };

  /**
   * Whose address it is. Who bears the nickname now wrote what comes now; what is older was written by whom the room's
   * archive names, or by whom the occupant id shows to be the same (XEP-0421).
   */
  function realJid(): BareJid | null {
    const there = place.occupant(nickname);
    const isSame = occupantId !== null && there?.occupantId === occupantId;
    // Some rooms send history out of its place: with a time in it, a nickname alone says nothing.
    if (!archived && (stamp === null || isSame)) return there?.jid ?? null;
    const told = archived && place.nonAnonymous ? toldJid(stanza) : null;
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

/** XEP-0359 §3: only the id that this room wrote for its own archive means anything here. */
function archiveIdOf(stanza: Element, room: BareJid): string | null {
  const theirs = stanza.getChildren("stanza-id", NS_SID).filter((one) => tryJid(one.attrs["by"]) === room);
  return theirs.length === 1 ? shortId(theirs[0]!.attrs["id"]) : null;
}

/** A subject, and nothing else: a message with a body is none (§8.1). Null: no subject. */
export function readSubject(stanza: Element): string | null {
  const subject = stanza.getChild("subject");
  if (subject === undefined || stanza.getChild("body") !== undefined || stanza.getChild("thread") !== undefined)
    return null;
  return subject.getText().slice(0, 4096);
}
