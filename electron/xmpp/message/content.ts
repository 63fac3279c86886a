/**
 * What a message stanza holds for us, the same whether it came live, as a copy (XEP-0280) or from the archive
 * (XEP-0313): a text (RFC 6121 §5), plain or encrypted (XEP-0384), with its ids (XEP-0359), a receipt (XEP-0184), a
 * display marker (XEP-0333), or the error for a message of ours, or what is done to a message before it (XEP-0308,
 * XEP-0424, XEP-0444).
 */
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, tryJid, type BareJid, type FullJid, type Jid } from "../../../shared/jid.ts";
import type { Writer } from "../../../shared/model/room.ts";
import { actIn, isTombstone, replacedBy } from "./amendments.ts";
import type { Content, IncomingMessage, Mark } from "../events.ts";
import { stanzaError } from "../stream/iq.ts";
import { readEnvelope } from "../omemo/envelope.ts";
import { unreadableReason } from "../stream/unreadable.ts";

const NS_CLIENT = "jabber:client";
const NS_SID = "urn:xmpp:sid:0";
const NS_FORWARD = "urn:xmpp:forward:0";
const NS_CARBONS = "urn:xmpp:carbons:2";
const NS_MAM = "urn:xmpp:mam:2";
export const NS_RECEIPTS = "urn:xmpp:receipts";
export const NS_MARKERS = "urn:xmpp:chat-markers:0";
const NS_MUC_USER = "http://jabber.org/protocol/muc#user";
/** Longer bodies are no messages of people; servers cut stanzas at about this size. */
export const MOST_BODY = 262_144;
const MOST_ID = 1024;

/** How a stanza came, which says whom it may speak for. */
export interface Origin {
  /** Our bare JID. */
  account: BareJid;
  /** A copy or an archived stanza may be from us to somebody; what comes live may not. */
  copied: boolean;
  /** The server announces that it writes `<stanza-id/>` and removes forged ones (XEP-0359 §4.1). */
  trustsStanzaIds: boolean;
  /** When our own server got it, where it may have held it back; else null. See `held-back.ts`. */
  heldSince: number | null;
  /** It stands in our own archive. */
  archived?: boolean;
  rooms: RoomsKnown;
}

/** What is known of rooms where a message is read that may be a private one of a room (XEP-0045 §7.5). */
export interface RoomsKnown {
  /** Nothing else tells a private message from a contact's: the mark that some servers add anybody can write. */
  isRoom(jid: BareJid): boolean;
  /** The occupant who has, or had, this address. @param message where the room may have said who it is */
  occupant(address: FullJid, message: Element, isNow: boolean): Writer;
}

/** @returns what is to be kept of a message stanza; null for what is nothing for a chat */
export function readContent(stanza: Element, origin: Origin): Content {
  const { account, copied } = origin;
  // Copies of other stanzas are never messages themselves.
  if (isCopy(stanza)) return null;
  const type = String(stanza.attrs["type"] ?? "normal");
  const from = tryJid(stanza.attrs["from"] ?? account);
  if (from === null) return null;
  if (type === "error") return bounce(stanza, chatOf(from));
  // `groupchat` belongs to rooms, `headline` asks for no answer and is not kept; what nobody knows is `normal`
  // (RFC 6121 §5.2.2).
  if (type === "groupchat" || type === "headline") return null;
  const own = toBare(from) === account;
  const to = tryJid(stanza.attrs["to"] ?? account);
  if (to === null || (copied && !own && toBare(to) !== account)) return null;
  const chat = chatOf(own && copied ? to : from);
  // Private messages of a room bear the room's address: they must never land in the chat with that address, nor
  // be taken for a contact's. Invitations carry the same element and are for the feature that knows rooms.
  if (copied && !isFull(chat) && (stanza.getChild("x", NS_MUC_USER) !== undefined || origin.rooms.isRoom(chat)))
    return null;
  return (
    unreadable(stanza, { from, chat, type }, origin) ??
    amendment(stanza, { from, chat }, origin) ??
    text(stanza, { from, chat, type }, origin) ??
    mark(stanza, chat, own)
  );

  function chatOf(other: Jid): Jid {
    return isFull(other) && origin.rooms.isRoom(toBare(other)) ? other : toBare(other);
  }
}

function bounce(stanza: Element, from: Jid): Content {
  const id = shortId(stanza.attrs["id"]);
  // Whose error it is must be said: it can fail only messages of the chat with whom it is from.
  return id === null || stanza.attrs["from"] === undefined
    ? null
    : { kind: "bounce", bounce: { from, id, ...errorOf(stanza) } };
}

function errorOf(stanza: Element): { condition: string; text: string } {
  const { condition, text } = stanzaError(stanza);
  return { condition, text };
}

/** Where a message belongs: who wrote it, whose chat it is in, and the type of the stanza. */
interface Addressed {
  from: Jid;
  chat: Jid;
  type: string;
}

/** A message that the parser could not read whole: that it came is kept, and nothing of what it seems to say. */
function unreadable(stanza: Element, of: Addressed, origin: Origin): Content {
  const reason = unreadableReason(stanza);
  if (reason === null) return null;
  return {
    kind: "message",
    message: {
      ...senderOf(stanza, of, origin),
      body: "",
      encrypted: null,
      asksReceipt: false,
      markable: false,
      unreadable: reason,
    },
  };
}

/** Who a message is from, in which chat it is, and what it is known by. */
function senderOf(stanza: Element, { from, chat, type }: Addressed, origin: Origin) {
  const occupant = isFull(chat) ? origin.rooms.occupant(chat, stanza, !origin.copied) : null;
  return {
    chat,
    from: toBare(from),
    ...(occupant === null ? {} : { occupant }),
    fromResource: resourceOf(from),
    type: type === "chat" ? ("chat" as const) : ("normal" as const),
    ...idsOf(stanza, origin),
  };
}

function text(stanza: Element, of: Addressed, origin: Origin): Content {
  const sender = senderOf(stanza, of, origin);
  const { occupant = null, messageId } = sender;
  // Whose keys they are cannot be told from a nickname.
  const [body, encrypted] = [bodyOf(stanza), occupant === null ? readEnvelope(stanza) : null];
  // Only an archive puts one in the place of a message.
  const tombstone = body === null && encrypted === null && origin.archived === true && isTombstone(stanza);
  if (body === null && encrypted === null && !tombstone) return null;
  const replaces = replacedBy(stanza);
  const message: IncomingMessage = {
    ...sender,
    // A body that we cannot hold whole is not silently lost: its beginning is kept.
    body: (body ?? "").slice(0, MOST_BODY),
    encrypted,
    // An occupant hears nothing of when we got or read what he wrote: who he is may be known to nobody.
    asksReceipt: occupant === null && messageId !== null && stanza.getChild("request", NS_RECEIPTS) !== undefined,
    markable: occupant === null && messageId !== null && stanza.getChild("markable", NS_MARKERS) !== undefined,
    ...(replaces === undefined ? {} : { replaces }),
    ...(tombstone ? { tombstone } : {}),
  };
  return { kind: "message", message };
}

/** Whatever else such a stanza holds is for programs that do not know it. */
function amendment(stanza: Element, { from, chat }: { from: Jid; chat: Jid }, origin: Origin): Content {
  const act = actIn(stanza);
  if (act === null) return null;
  const more = isFull(chat) ? { occupant: origin.rooms.occupant(chat, stanza, !origin.copied) } : {};
  return { kind: "amendment", amendment: { chat, from: toBare(from), ...idsOf(stanza, origin), ...more, act } };
}

const idsOf = (
  stanza: Element,
  origin: Origin,
): Pick<IncomingMessage, "messageId" | "originId" | "archiveId" | "delayedAt"> => ({
  messageId: shortId(stanza.attrs["id"]),
  originId: shortId(stanza.getChild("origin-id", NS_SID)?.attrs["id"]),
  archiveId: origin.trustsStanzaIds ? archiveIdOf(stanza, origin.account) : null,
  delayedAt: origin.heldSince,
});

/** Older clients still send the `received` of earlier versions of XEP-0333. */
function mark(stanza: Element, chat: Jid, own: boolean): Content {
  for (const child of stanza.getChildElements()) {
    const ns = child.attrs["xmlns"];
    const id = shortId(child.attrs["id"]);
    if (id === null || (ns !== NS_RECEIPTS && ns !== NS_MARKERS)) continue;
    const kind: Mark["kind"] | null =
      child.name === "received" ? "received" : child.name === "displayed" && ns === NS_MARKERS ? "displayed" : null;
    if (kind !== null) return { kind: "mark", mark: { chat, own, kind, id } };
  }
  return null;
}

/** XEP-0359 §3: only the id that our own server wrote for our own archive means anything. */
function archiveIdOf(stanza: Element, account: BareJid): string | null {
  const ours = stanza.getChildren("stanza-id", NS_SID).filter((one) => tryJid(one.attrs["by"]) === account);
  return ours.length === 1 ? shortId(ours[0]!.attrs["id"]) : null;
}

/** A carbon, an archive result, or anything else that carries a stanza. */
export const isCopy = (stanza: Element): boolean =>
  stanza.getChild("forwarded", NS_FORWARD) !== undefined ||
  carbonOf(stanza) !== undefined ||
  stanza.getChild("result", NS_MAM) !== undefined;

/** The `<received/>` or `<sent/>` of XEP-0280. */
export const carbonOf = (stanza: Element): Element | undefined =>
  stanza
    .getChildElements()
    .find((child) => child.attrs["xmlns"] === NS_CARBONS && /^(sent|received)$/.test(child.name));

/** The one stanza that a wrapper carries (XEP-0297); undefined unless there is exactly one message. */
export function forwardedIn(wrapper: Element | undefined): { message: Element; forwarded: Element } | undefined {
  const forwarded = wrapper?.getChild("forwarded", NS_FORWARD);
  const messages =
    forwarded
      ?.getChildElements()
      .filter(
        (child) =>
          child.name === "message" && [undefined, NS_CLIENT].includes(child.attrs["xmlns"] as string | undefined),
      ) ?? [];
  return forwarded !== undefined && messages.length === 1 ? { message: messages[0]!, forwarded } : undefined;
}

/** An id that is one, and of a length that can be kept. */
export const shortId = (id: unknown): string | null =>
  typeof id === "string" && id !== "" && id.length <= MOST_ID ? id : null;

/** The body without a language of its own, else the first (RFC 6121 §5.2.3). Null when there is no text. */
export function bodyOf(stanza: Element): string | null {
  // A body of another namespace, such as that of XHTML-IM, is not what was said.
  const bodies = stanza
    .getChildren("body")
    .filter((one) => one.attrs["xmlns"] === undefined || one.attrs["xmlns"] === NS_CLIENT);
  const body = bodies.find((one) => one.attrs["xml:lang"] === undefined) ?? bodies[0];
  const text = body?.getText() ?? "";
  return text === "" ? null : text;
}
