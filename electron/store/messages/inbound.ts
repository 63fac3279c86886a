/**
 * Stores live messages, carbons, and the history of a room: each once, however often it is sent. A room reflects our
 * messages: that is the only sign of their delivery.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decrypted } from "../../model/message.ts";
import type { Change } from "../../model/payload.ts";
import type { SpansTable } from "../archive/spans.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { Reads, InboundResult, Writes } from "../contract/index.ts";
import type { AnnotationsTable } from "./annotations/annotations.ts";
import { asCorrection, isEmptied, receiveCorrection } from "./annotations/corrections.ts";
import type { ReactionsTable } from "./annotations/reactions.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";
import { changeOf, textOf, type IncomingText } from "./incoming.ts";
import type { MessagesTable } from "./messages.ts";
import type { Placing } from "./position.ts";
import type { Reflected } from "./reflected.ts";
import type { Repetitions } from "./repeated.ts";

interface Tables {
  annotations: AnnotationsTable;
  chats: ChatsTable;
  messages: MessagesTable;
  place: Placing;
  reactions: ReactionsTable;
  readState: ReadStateTable;
  reflected: Reflected;
  repeated: Repetitions;
  spans: SpansTable;
}

export interface InboundTable {
  take: Writes["inbound.take"];
  known: Reads["messages.known"];
}

const NOTHING: InboundResult = { messages: [], chats: [], isNew: false };

export function inboundTable({
  annotations,
  chats,
  messages,
  place,
  reactions,
  readState,
  reflected,
  repeated,
  spans,
}: Tables): InboundTable {
  function takeText(account: AccountId, of: IncomingText, delayed: boolean): InboundResult {
    const isRoom = of.room !== undefined;
    const chat = chats.ensure({ account, jid: of.chat }, of.sentAt, ...(isRoom ? (["room"] as const) : []));
    const archive = isRoom ? (of.chat as BareJid) : null;
    const { archiveId, author, replaces, sentAt } = of;
    const taken = (id: number, isNew: boolean): InboundResult => ({
      messages: [messages.get(id, chat)],
      chats: [chats.view(chat.id)],
      isNew,
    });
    const arrival = { account, delayed };
    const known = repeated.find(chat.id, of, { renamed: isRoom && delayed && archiveId === null, arrival });
    if (known !== undefined) {
      if (archiveId !== null) {
        repeated.learn(known, archiveId);
        const [span] = spans.newest(account, archive);
        if (span !== undefined) spans.extend(span, archiveId, known.position);
      }
      // A readable copy of an unreadable message.
      const isRepaired = repeated.repair(known, of);
      const isChanged = annotations.arrived(chat, known.id, { token: null, messageId: null, archiveId });
      return reflected(chat, known, of) || isRepaired || isChanged ? taken(known.id, !isChanged) : NOTHING;
    }
    if (replaces !== undefined) {
      const where = { place: spans.next(account, archive), live: true };
      const done = receiveCorrection({ annotations, spans }, chat, asCorrection(of, replaces, where));
      if (done === "known") return NOTHING;
      if (done !== null) return taken(done, false);
      if (isEmptied(of)) return NOTHING;
    }
    const recent = spans.newest(account, archive);
    const position = delayed
      ? place.delayed(chat, sentAt, recent, archiveId !== null)
      : place.live(chat, sentAt, recent);
    // Messages from before we ever joined the room count as read.
    const isHistory = isRoom && delayed && sentAt < chat.made_at;
    const isSuspicious = replaces !== undefined && of.protection.kind === "none" && chat.encrypted_from !== null;
    const message = messages.insert(
      chat,
      {
        author,
        parts: of.parts,
        body: of.body,
        files: of.files,
        sentAt,
        markable: of.markable,
        originId: of.originId,
        messageId: of.messageId,
        archiveId,
        protection: of.protection,
        tombstone: of.tombstone,
        replaces,
        local: false,
        delivery: !author.outgoing ? null : isRoom ? "delivered" : "sent",
        unread: !author.outgoing && !isHistory,
        answer: author.outgoing,
        suspicious: isSuspicious,
      },
      position,
      !isHistory,
    );
    repeated.inserted(message.id, of, arrival);
    const [span] = recent;
    if (archiveId !== null && span !== undefined) {
      if (delayed) spans.delayed(span, position);
      spans.extend(span, archiveId, position);
    }
    return { messages: [message], chats: [chats.view(chat.id)], isNew: true };
  }

  function takeChange(account: AccountId, inbound: Decrypted, change: Change, sentAt: number): InboundResult {
    const { jid, kind } = inbound.conversation;
    // Somebody without a chat has nothing to retract; the archive may bring the message, and then also this change.
    const chat = chats.find({ account, jid });
    const isRoom = kind === "room";
    if (chat === undefined || (chat.kind === "room") !== isRoom) return NOTHING;
    const of = changeOf(inbound, change, sentAt);
    const id =
      of.kind === "reaction"
        ? reactions.take(chat, of, { place: spans.next(account, isRoom ? (chat.jid as BareJid) : null), live: true })
        : annotations.take(chat, of);
    return id === null ? NOTHING : { messages: [messages.get(id, chat)], chats: [chats.view(chat.id)], isNew: false };
  }

  return {
    take({ account, inbound, now }) {
      const { conversation, author, payload } = inbound;
      // A message from the future would stay at the end of the chat.
      const sentAt = Math.min(inbound.at ?? now, now);
      switch (payload.kind) {
        case "retraction":
        case "moderation":
        case "reaction":
        case "sources":
          return takeChange(account, inbound, payload, sentAt);
        case "receipt":
        case "displayed":
          return { ...readState.marked({ account, conversation, author, payload }, false), isNew: false };
        // These have operations of their own.
        case "invitation":
        case "chat-state":
        case "error":
          return NOTHING;
        default:
          return takeText(account, textOf(inbound, sentAt)!, inbound.at !== null);
      }
    },
    known: ({ account, of }) =>
      repeated.known({ account, of }).map((held, at) => {
        const { conversation, author, ids } = of[at]!;
        const chat = held === null ? chats.find({ account, jid: conversation.jid }) : undefined;
        return chat === undefined ? held : annotations.known(chat, { author, ...ids });
      }),
  };
}
