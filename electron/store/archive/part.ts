/** Stores a part of an archive page (XEP-0313): first its texts, then what the rest of it says about them. */
import type { Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { ChatRow } from "../chats/chats.ts";
import type { Annotation, Correction } from "../messages/annotations/annotations.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { ArchivePageResult } from "../contract/index.ts";
import type { Reacted } from "../messages/annotations/changes.ts";
import { asCorrection, isCorrection, type UnreadableCorrections } from "../messages/annotations/corrections.ts";
import { changePlaces } from "./change-places.ts";
import type { Entry, Part, Region } from "./entry.ts";
import type { IncomingText } from "../messages/incoming.ts";
import type { OutboxTable } from "../messages/outbox.ts";
import { findKnown, textPlacing, type Placed, type PlacingTables, type Unreadable } from "./placed.ts";
import type { ReactionsTable } from "../messages/annotations/reactions.ts";
import type { ReadStateTable } from "../messages/annotations/read-state.ts";
import type { Known } from "../messages/repeated.ts";

/** Changes of messages, oldest first. */
interface Changing extends Conversation {
  of: Annotation | Reacted;
  /** Index of the entry in the part. */
  at: number;
}

export interface Stored
  extends
    Pick<ArchivePageResult, "messages" | "annotated" | "removed" | "arrived" | "fresh">,
    Pick<Placed, "lowest" | "met" | "newest"> {}

export interface PartTables extends PlacingTables {
  corrections: UnreadableCorrections;
  outbox: OutboxTable;
  reactions: ReactionsTable;
  readState: ReadStateTable;
}

export interface Parts {
  /** The stored message that an entry repeats. */
  knownOf(part: Part, entry: Entry, taken?: ReadonlySet<number>): Known | undefined;
  /** @param touched receives the ids of chats whose entry in the chat list changed */
  store(part: Part, region: Region, touched: Set<number>): Stored;
}

export function archiveParts(tables: PartTables): Parts {
  const { annotations, chats, corrections, messages, outbox, reactions, readState } = tables;
  const knownOf = findKnown(tables);
  const put = textPlacing(tables);

  /** Separates corrections from messages. A correction that may not change its target is a message. */
  function sort(part: Part): { texts: Part; done: Changing[] } {
    const done: Changing[] = [];
    const before = new Map<Jid, IncomingText[]>();
    const entries = part.entries.map((entry, at): Entry => {
      const { text } = entry;
      if (entry.change !== undefined) done.push({ ...entry.change, at });
      if (text === null) return entry;
      const inChat = before.get(text.chat) ?? [];
      before.set(text.chat, inChat);
      const { replaces } = text;
      const isOwnMessage = replaces === undefined || knownOf(part, entry) !== undefined;
      if (
        isOwnMessage ||
        !isCorrection(annotations, chats.find({ account: part.account, jid: text.chat }), { ...text, replaces }, inChat)
      ) {
        inChat.push(text);
        return entry;
      }
      // The archive's time only orders versions of one text: limited to now, they would all be equal if its clock is
      // ahead.
      const of = asCorrection({ ...text, sentAt: entry.archivedAt }, replaces);
      const kind = text.room === undefined ? ("contact" as const) : ("room" as const);
      done.push({ jid: text.chat, kind, of, at });
      return { ...entry, text: null };
    });
    return { texts: { ...part, entries }, done };
  }

  /** Applies receipts, markers and errors after their messages are stored. */
  function apply({ account, entries }: Part, { history }: Region, touched: Set<number>): Message[] {
    const changed: Message[] = [];
    for (const { said } of entries) {
      if (said === null) continue;
      const { conversation, author, payload } = said;
      if (payload.kind !== "error") {
        const outcome = readState.marked({ account, conversation, author, payload }, true);
        changed.push(...outcome.messages);
        for (const { jid } of outcome.chats) touched.add(chats.find({ account, jid })!.id);
      } else if (!history) {
        const { target: originId, condition, text } = payload;
        const failed = outbox.failed({
          account,
          chat: conversation.jid,
          originId,
          condition,
          text,
          waiting: false,
        });
        if (failed !== null) changed.push(failed.message);
      }
    }
    return changed;
  }

  /** Messages that are in the archive were accepted by the server. */
  function sent(account: AccountId, originIds: string[], touched: Set<number>): Message[] {
    const { messages: changed } = outbox.acked({ account, originIds });
    for (const { chat } of changed) touched.add(chats.find({ account, jid: chat })!.id);
    return changed;
  }

  /** Applies changes after their messages are stored, or keeps them until then. @returns changed messages */
  function annotate(
    { account, entries }: Part,
    done: readonly Changing[],
    places: readonly (number | undefined)[],
    high: number,
    touched: Set<number>,
  ): Message[] {
    const changed = new Map<number, ChatRow>();
    const { placeOf, timeOf } = changePlaces(places, high);
    for (const { jid, kind, of, at } of done) {
      const chat = chats.ensure({ account, jid }, entries[at]!.stamp, ...(kind === "room" ? [kind] : []));
      const place = placeOf(at);
      const id =
        of.kind === "correction"
          ? correct(chat, { ...of, sentAt: timeOf(jid, of, place), place })
          : of.kind === "reaction"
            ? reactions.take(chat, of, { place, live: false })
            : annotations.take(chat, of);
      if (id === null) continue;
      changed.set(id, chat);
      touched.add(chat.id);
    }
    return [...changed].map(([id, chat]) => messages.get(id, chat));
  }

  /** Removes corrections of new messages that are unreadable, too. @param found the new messages in their final form */
  function fold(unreadable: readonly Unreadable[], found: readonly Message[], touched: Set<number>): MessageId[] {
    const readable = new Set(found.filter(({ protection }) => readingProblem(protection) === null).map(({ id }) => id));
    return unreadable.flatMap(({ id, chat, text }) => {
      const removed = readable.has(id) ? [] : corrections.fold(chat, text);
      if (removed.length > 0) touched.add(chat.id);
      return removed;
    });
  }

  const correct = (chat: ChatRow, of: Correction): number | null =>
    annotations.take(chat, of) ?? annotations.rank(chat, of);

  return {
    knownOf,
    store(part, region, touched) {
      const { texts, done } = sort(part);
      const { places, unreadable, ...stored } = put(texts, region, touched);
      const later = [...sent(part.account, stored.arrived, touched), ...apply(part, region, touched)];
      const annotated = annotate(part, done, places, region.high, touched);
      // A new message is returned once, in its final form.
      const now = new Map(annotated.map((one) => [one.id, one]));
      const found = [...stored.messages, ...later].map((one) => now.get(one.id) ?? one);
      const isTold = new Set(found.map(({ id }) => id));
      const others = annotated.filter(({ id }) => !isTold.has(id));
      return { ...stored, messages: found, annotated: others, removed: fold(unreadable, found, touched) };
    },
  };
}
