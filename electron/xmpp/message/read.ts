/**
 * What a message stanza says, as one shape for contacts, rooms and private messages, live, as a carbon (XEP-0280) or
 * from an archive (XEP-0313). Each kind of conversation has its own rules for who wrote it and which ids count
 * (`addressOf` here, `muc/context.ts` for rooms); what it says is read in one place, by the readers in `parts/`.
 */
import type { Element } from "@xmpp/xml";
import { isFull, toBare, tryJid, type BareJid, type FullJid, type Jid } from "../../../shared/jid.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { Inbound } from "../../model/message.ts";
import type { Invitation, Payload } from "../../model/payload.ts";
import { readEnvelope } from "../omemo/envelope.ts";
import { stanzaError } from "../stream/iq.ts";
import { unreadableReason } from "../stream/unreadable.ts";
import { bodyOf, MOST_BODY } from "./parts/body.ts";
import { readInvitation } from "../muc/invitations.ts";
import { replacedBy } from "./parts/corrections.ts";
import { isCopy } from "./parts/forwarding.ts";
import { reactionIn } from "./parts/reactions.ts";
import { asksReceipt, isMarkable, receiptIn } from "./parts/receipts.ts";
import { mentions } from "./parts/references.ts";
import { isTombstone, moderationIn, retractionIn } from "./parts/retractions.ts";
import { archiveIdIn, originIdIn, shortId } from "./parts/stanza-ids.ts";

const NS_MUC_USER = "http://jabber.org/protocol/muc#user";

/** What an archive says of an entry. */
export interface Archived {
  archiveId: string;
  /** Ms. */
  stamp: number;
}

/** How a stanza of a contact or a private message came, which says whom it may speak for. */
export interface Origin {
  /** Our bare JID. */
  account: BareJid;
  /** A copy or an archived stanza may be from us to somebody; what comes live may not. */
  via: "live" | "carbon" | Archived;
  /** The server announces that it writes `<stanza-id/>` and removes forged ones (XEP-0359 §4.1). */
  trustsStanzaIds: boolean;
  /** When our own server got it, where it may have held it back; else null. See `held-back.ts`. */
  heldSince: number | null;
  rooms: RoomsKnown;
}

/** What is known of rooms where a message is read that may be a private one of a room (XEP-0045 §7.5). */
export interface RoomsKnown {
  /** Nothing else tells a private message from a contact's: the mark that some servers add anybody can write. */
  isRoom(jid: BareJid): boolean;
  /** The occupant who has, or had, this address. @param message where the room may have said who it is */
  occupant(address: FullJid, message: Element, isNow: boolean): Writer;
}

/** Who wrote a message, where it belongs, and what a server says of it. */
export interface Context extends Pick<Inbound, "conversation" | "author" | "via" | "at"> {
  archiveId: string | null;
  from: Jid;
  /** In a room: addresses that stand for us in a reference. */
  us: readonly Jid[];
}

/** @returns a message of a contact, or a private one of a room; null for what is not kept */
export function readMessage(stanza: Element, origin: Origin): Inbound | null {
  // Copies of other stanzas are never messages themselves.
  if (isCopy(stanza)) return null;
  const invitation = invitationIn(stanza, origin);
  const context = addressOf(stanza, origin, invitation !== null);
  if (context === null) return null;
  if (stanza.attrs["type"] === "error") return inbound(stanza, context, errorIn(stanza));
  return invitation === null ? readInbound(stanza, context) : inbound(stanza, context, invitation);
}

function invitationIn(stanza: Element, { account, via }: Origin): Invitation | null {
  const from = tryJid(stanza.attrs["from"]);
  // A copy of ours is for somebody else.
  const isForUs = from !== null && (via === "live" || toBare(from) !== account);
  return isForUs && unreadableReason(stanza) === null ? readInvitation(stanza) : null;
}

/** @param invites it comes from somebody, or from a room that may be unknown */
function addressOf(stanza: Element, origin: Origin, invites: boolean): Context | null {
  const { account, rooms, via } = origin;
  const type = String(stanza.attrs["type"] ?? "normal");
  const from = tryJid(stanza.attrs["from"] ?? account);
  // `groupchat` belongs to rooms, `headline` asks for no answer and is not kept; an unknown type is `normal`
  // (RFC 6121 §5.2.2).
  if (from === null || type === "groupchat" || type === "headline") return null;
  if (type === "error") return contextOf(from);
  const isOwn = toBare(from) === account;
  const isCopied = via !== "live";
  const to = tryJid(stanza.attrs["to"] ?? account);
  if (to === null || (isCopied && !isOwn && toBare(to) !== account)) return null;
  const context = contextOf(isOwn && isCopied ? to : from);
  // Private messages of a room bear the room's address: they must never land in the chat with that address, nor
  // be taken for a contact's. Invitations through a room carry the same element.
  const { jid, kind } = context.conversation;
  if (
    !invites &&
    isCopied &&
    kind === "contact" &&
    (stanza.getChild("x", NS_MUC_USER) !== undefined || rooms.isRoom(toBare(jid)))
  )
    return null;
  return context;

  function contextOf(other: Jid): Context {
    const occupant =
      isFull(other) && rooms.isRoom(toBare(other)) ? rooms.occupant(other, stanza, via === "live") : null;
    const address = toBare(from!);
    return {
      conversation: occupant === null ? { jid: toBare(other), kind: "contact" } : { jid: other, kind: "private" },
      author: { outgoing: address === account, address, occupant, stay: null },
      from: from!,
      us: [],
      ...(typeof via === "object"
        ? { via: "archive", at: via.stamp, archiveId: via.archiveId }
        : { via, at: origin.heldSince, archiveId: origin.trustsStanzaIds ? archiveIdIn(stanza, account) : null }),
    };
  }
}

/** The author of an error must be named: it can fail only messages of the conversation with them. */
function errorIn(stanza: Element): Payload | null {
  const target = shortId(stanza.attrs["id"]);
  if (target === null || stanza.attrs["from"] === undefined) return null;
  const { condition, text } = stanzaError(stanza);
  return { kind: "error", target, condition, text };
}

/** @returns null for a message that says nothing that is kept */
export function readInbound(stanza: Element, context: Context): Inbound | null {
  const reason = unreadableReason(stanza);
  if (reason !== null) return inbound(stanza, context, { kind: "unreadable", reason });
  const { kind, jid } = context.conversation;
  const isRoomItself = kind === "room" && context.author.occupant === null;
  // Whatever else such a stanza holds is for programs that do not know it.
  const change = isRoomItself ? moderationIn(stanza, toBare(jid)) : (retractionIn(stanza) ?? reactionIn(stanza));
  if (change !== null) return inbound(stanza, context, change);
  return textIn(stanza, context) ?? (kind === "room" ? null : inbound(stanza, context, receiptIn(stanza)));
}

function textIn(stanza: Element, context: Context): Inbound | null {
  const { kind } = context.conversation;
  const body = bodyOf(stanza);
  // Whose keys those of a private message are cannot be told from a nickname.
  const encrypted = kind === "private" ? null : readEnvelope(stanza);
  if (body === null && encrypted === null) {
    // Only an archive puts one in the place of a message.
    return context.via === "archive" && isTombstone(stanza) ? inbound(stanza, context, { kind: "tombstone" }) : null;
  }
  const replaces = replacedBy(stanza);
  const read = inbound(stanza, context, {
    kind: "text",
    // A body that we cannot hold whole is not silently lost: its beginning is kept.
    body: (body ?? "").slice(0, MOST_BODY),
    ...(replaces === undefined ? {} : { replaces }),
    ...(context.us.length > 0 && mentions(stanza, context.us) ? { mentionsUs: true } : {}),
  });
  // Occupants hear nothing of when we got or read what they wrote: who they are may be known to nobody.
  const mayWish = kind === "contact" && read.ids.messageId !== null;
  const wishes = {
    receipt: mayWish && asksReceipt(stanza) ? context.from : null,
    marker: mayWish && isMarkable(stanza),
  };
  return { ...read, encrypted, wishes };
}

function inbound(stanza: Element, context: Context, payload: Payload): Inbound;
function inbound(stanza: Element, context: Context, payload: Payload | null): Inbound | null;
function inbound(stanza: Element, context: Context, payload: Payload | null): Inbound | null {
  if (payload === null) return null;
  const { conversation, author, via, at, archiveId } = context;
  const ids = { messageId: shortId(stanza.attrs["id"]), originId: originIdIn(stanza), archiveId };
  return { conversation, author, ids, via, at, encrypted: null, wishes: { receipt: null, marker: false }, payload };
}
