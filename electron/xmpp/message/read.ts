/**
 * Reads a message stanza into one shape for contacts, rooms and private messages: live, as a carbon (XEP-0280) or from
 * an archive (XEP-0313). Each kind of conversation has its own rules for the author and for trusted ids (`addressOf`
 * here, `muc/context.ts` for rooms); the readers in `parts/` read the content of all of them.
 */
import type { Element } from "@xmpp/xml";
import { domainOf, isFull, toBare, receivedJid, type BareJid, type FullJid, type Jid } from "../../../shared/jid.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { Inbound } from "../../model/message.ts";
import type { Invitation, Payload } from "../../model/payload.ts";
import { readEnvelope } from "../omemo/envelope.ts";
import { stanzaError } from "../stream/iq.ts";
import { unreadableReason } from "../stream/unreadable.ts";
import { bodyOf, isBodyBlank, MOST_BODY } from "./parts/body.ts";
import { chatStateIn } from "./chat-states.ts";
import { proposedCall } from "./parts/calls.ts";
import { contentOf } from "./parts/content.ts";
import { readInvitation } from "../muc/invitations.ts";
import { replacedBy } from "./parts/corrections.ts";
import { fallbackIn } from "./parts/fallback.ts";
import { attachedSourcesIn } from "./parts/files/attached-sources.ts";
import { sharedFiles } from "./parts/files/file-sharing.ts";
import { foreignEncryption } from "./parts/foreign-encryption.ts";
import { isCopy } from "./parts/forwarding.ts";
import { reactionIn } from "./parts/reactions.ts";
import { asksReceipt, isMarkable, receiptIn } from "./parts/receipts.ts";
import { mentions } from "./parts/references.ts";
import { isTombstone, moderationIn, retractionIn } from "./parts/retractions.ts";
import { archiveIdIn, originIdIn, shortId } from "./parts/stanza-ids.ts";
import { isUnstyled } from "./parts/styling/unstyled.ts";

const NS_MUC_USER = "http://jabber.org/protocol/muc#user";

/** Id and time of an archive entry. */
export interface Archived {
  archiveId: string;
  /** In ms. */
  stamp: number;
}

/** How a stanza of a contact or a private message arrived. This determines whose messages it may contain. */
export interface Origin {
  /** Our bare JID. */
  account: BareJid;
  /** A carbon or an archived stanza may be from us to somebody; a live one may not. */
  via: "live" | "carbon" | Archived;
  /** The server announces that it writes `<stanza-id/>` and removes forged ones (XEP-0359 §4.1). */
  trustsStanzaIds: boolean;
  /** When our server received a stanza that it may have held back, ms; null: live. See `delayed-delivery.ts`. */
  serverReceivedAt: number | null;
  rooms: KnownRooms;
}

/**
 * Whether an address is known as a room. `left`: it was, or was mistaken for one: there only the element that marks
 * private messages makes one.
 */
export type IsRoom = boolean | "left";

/** What is known about addresses, above all whether a message may be a private one of a room (XEP-0045 §7.5). */
export interface KnownRooms {
  /**
   * Only this distinguishes a private message from a contact's: anybody can write the element that some servers add.
   */
  isRoom(jid: BareJid): IsRoom;
  /** In our roster. Nobody, if it is missing. */
  isContact?(jid: BareJid): boolean;
  /** The present or former occupant of this address. @param message may contain the occupant id */
  occupant(address: FullJid, message: Element, isNow: boolean): Writer;
}

/** Author, conversation and time of a message. */
export interface Context extends Pick<Inbound, "conversation" | "author" | "via" | "at"> {
  archiveId: string | null;
  from: Jid;
  /** In a room: the addresses that mean us in a reference. */
  us: readonly Jid[];
}

/** @returns a message of a contact or a private one of a room; null for one that is not kept */
export function readMessage(stanza: Element, origin: Origin): Inbound | null {
  // Wrappers of other stanzas are never messages themselves.
  if (isCopy(stanza)) return null;
  const invitation = invitationIn(stanza, origin);
  const context = addressOf(stanza, origin, invitation !== null);
  if (context === null) return null;
  if (stanza.attrs["type"] === "error") return inbound(stanza, context, errorIn(stanza));
  return invitation === null ? readInbound(stanza, context) : inbound(stanza, context, invitation);
}

function invitationIn(stanza: Element, { account, via }: Origin): Invitation | null {
  const from = receivedJid(stanza.attrs["from"]);
  // A copy of a message that we sent is for somebody else.
  const isForUs = from !== null && (via === "live" || toBare(from) !== account);
  return isForUs && unreadableReason(stanza) === null ? readInvitation(stanza) : null;
}

/** Headlines (RFC 6121 §5.2.2) count from our own server and from contacts: nobody can answer those of others. */
const mayAnnounce = (from: Jid, stanza: Element, { account, rooms }: Origin): boolean =>
  (toBare(from) === domainOf(account) || rooms.isContact?.(toBare(from)) === true) && readEnvelope(stanza) === null;

/** @param invites the message contains an invitation, which may come from an unknown room */
function addressOf(stanza: Element, origin: Origin, invites: boolean): Context | null {
  const { account, rooms, via } = origin;
  const type = String(stanza.attrs["type"] ?? "normal");
  const from = receivedJid(stanza.attrs["from"] ?? account);
  // `groupchat` belongs to rooms; an unknown type counts as `normal` (RFC 6121 §5.2.2).
  if (from === null || type === "groupchat" || (type === "headline" && !mayAnnounce(from, stanza, origin))) return null;
  if (type === "error") return contextOf(from);
  const isOwn = toBare(from) === account;
  const isCopied = via !== "live";
  const to = receivedJid(stanza.attrs["to"] ?? account);
  if (to === null || (isCopied && !isOwn && toBare(to) !== account)) return null;
  const context = contextOf(isOwn && isCopied ? to : from);
  // Private messages come from the room's address: they must never be put into the chat of that address or count as a
  // contact's. Mediated invitations contain the same element.
  const { jid, kind } = context.conversation;
  if (
    !invites &&
    isCopied &&
    kind === "contact" &&
    (stanza.getChild("x", NS_MUC_USER) !== undefined || rooms.isRoom(toBare(jid)) === true)
  )
    return null;
  return context;

  function contextOf(other: Jid): Context {
    const isRoom = rooms.isRoom(toBare(other));
    const isPrivate = isRoom === true || (isRoom === "left" && stanza.getChild("x", NS_MUC_USER) !== undefined);
    const occupant = isFull(other) && isPrivate ? rooms.occupant(other, stanza, via === "live") : null;
    const address = toBare(from!);
    return {
      conversation: occupant === null ? { jid: toBare(other), kind: "contact" } : { jid: other, kind: "private" },
      author: { outgoing: address === account, address, occupant, occupancy: null },
      from: from!,
      us: [],
      ...(typeof via === "object"
        ? { via: "archive", at: via.stamp, archiveId: via.archiveId }
        : {
            via,
            at: origin.serverReceivedAt,
            archiveId: origin.trustsStanzaIds ? archiveIdIn(stanza, account) : null,
          }),
    };
  }
}

/** An error must name its sender: it can fail only messages of the conversation with them. */
function errorIn(stanza: Element): Payload | null {
  const target = shortId(stanza.attrs["id"]);
  if (target === null || stanza.attrs["from"] === undefined) return null;
  const { condition, text } = stanzaError(stanza);
  return { kind: "error", target, condition, text };
}

/** @returns null for a message without content that is kept */
export function readInbound(stanza: Element, context: Context): Inbound | null {
  const reason = unreadableReason(stanza);
  if (reason !== null) return inbound(stanza, context, { kind: "unreadable", reason });
  const { kind, jid } = context.conversation;
  const isRoomItself = kind === "room" && context.author.occupant === null;
  // Everything else in such a stanza is a fallback for clients that do not support it.
  const change = isRoomItself
    ? moderationIn(stanza, toBare(jid))
    : (retractionIn(stanza) ?? reactionIn(stanza) ?? attachedSourcesIn(stanza));
  if (change !== null) return inbound(stanza, context, change);
  const call = kind === "room" || context.author.outgoing ? null : proposedCall(stanza);
  if (call !== null) return callOf(inbound(stanza, context, { kind: "unreadable", reason: "call" }), call);
  const text = textIn(stanza, context);
  if (text !== null) return text;
  const mark = receiptIn(stanza);
  // What occupants received and read says nothing of the room; another device of ours has read it for us.
  const counts = kind !== "room" || (mark?.kind === "displayed" && context.author.outgoing);
  return mark === null ? chatStateOf(stanza, context) : counts ? inbound(stanza, context, mark) : null;
}

/** What others do right now: not from an archive, from a time offline, of our other devices, or of a room itself. */
function chatStateOf(stanza: Element, context: Context): Inbound | null {
  const { author, conversation, via, at } = context;
  if (via === "archive" || at !== null || author.outgoing) return null;
  if ((conversation.kind === "room" && author.occupant === null) || stanza.getChild("body") !== undefined) return null;
  const state = chatStateIn(stanza);
  return state === null ? null : inbound(stanza, context, { kind: "chat-state", state });
}

function textIn(stanza: Element, context: Context): Inbound | null {
  const { kind } = context.conversation;
  const body = bodyOf(stanza);
  // A nickname does not tell whose keys would encrypt a private message.
  const encrypted = kind === "private" ? null : readEnvelope(stanza);
  const foreign = encrypted === null ? foreignEncryption(stanza, body) : null;
  const replaces = replacedBy(stanza);
  if (foreign !== null) return inbound(stanza, context, unsupported(foreign, replaces));
  // Nothing outside of the ciphertext becomes a part of an encrypted text.
  const shared = encrypted === null ? sharedFiles(stanza) : [];
  const fallback = fallbackIn(stanza, shared.length > 0);
  const content =
    encrypted === null ? contentOf(stanza, fallback, shared, kind !== "room") : { body: body ?? "", files: [] };
  if (content === null && (replaces === undefined || !isBodyBlank(stanza))) {
    // A tombstone counts only in an archive.
    return context.via === "archive" && isTombstone(stanza) ? inbound(stanza, context, { kind: "tombstone" }) : null;
  }
  const { body: text, files } = content ?? { body: "", files: [] };
  const read = inbound(stanza, context, {
    kind: "text",
    // A body that is too long is truncated rather than dropped.
    body: text.slice(0, MOST_BODY),
    ...(files.length === 0 ? {} : { files }),
    ...(encrypted === null || fallback.length === 0 ? {} : { fallback }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(context.us.length > 0 && mentions(stanza, context.us, fallback) ? { mentionsUs: true } : {}),
    ...(isUnstyled(stanza) ? { unstyled: true } : {}),
  });
  // Occupants get no receipts or markers: their real address may be hidden, and so may be ours.
  const mayWish = kind === "contact" && read.ids.messageId !== null;
  const wishes = {
    receipt: mayWish && asksReceipt(stanza) ? context.from : null,
    marker: mayWish && isMarkable(stanza),
  };
  const chatState = context.via === "archive" ? null : chatStateIn(stanza);
  return { ...read, encrypted, wishes, ...(chatState === null ? {} : { chatState }) };
}

/** Known by its session id, which is unique: a call that is proposed again is the same. */
const callOf = ({ ids, ...call }: Inbound, session: string): Inbound => ({
  ...call,
  ids: { ...ids, originId: session },
});

const unsupported = ({ method }: { method: string | null }, replaces: string | undefined): Payload => ({
  kind: "unreadable",
  reason: "encrypted",
  ...(method === null ? {} : { method }),
  ...(replaces === undefined ? {} : { replaces }),
});

function inbound(stanza: Element, context: Context, payload: Payload): Inbound;
function inbound(stanza: Element, context: Context, payload: Payload | null): Inbound | null;
function inbound(stanza: Element, context: Context, payload: Payload | null): Inbound | null {
  if (payload === null) return null;
  const { conversation, author, via, at, archiveId } = context;
  const ids = { messageId: shortId(stanza.attrs["id"]), originId: originIdIn(stanza), archiveId };
  return { conversation, author, ids, via, at, encrypted: null, wishes: { receipt: null, marker: false }, payload };
}
