/**
 * A part of a page of an archive (XEP-0313), put between what is held: what is known keeps its place and shows where
 * the rest goes. See `position.ts` for the order.
 */
import type { Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Amending, AmendmentsTable, Correction } from "../messages/annotations/amendments.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { Decrypted } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import type { ArchivePageResult } from "../contract/index.ts";
import type { Reacted, Removal } from "../messages/annotations/changes.ts";
import { asCorrection, isCorrection } from "../messages/annotations/corrections.ts";
import type { MessagesTable } from "../messages/messages.ts";
import { columnsOf, type IncomingText } from "../messages/incoming.ts";
import type { OutboxTable } from "../messages/outbox.ts";
import type { Placing } from "../messages/position.ts";
import type { ReactionsTable } from "../messages/annotations/reactions.ts";
import type { ReadStateTable } from "../messages/annotations/read-state.ts";
import type { Reflected } from "../messages/reflected.ts";
import type { Known, Repetitions } from "../messages/repeated.ts";

export interface Entry {
  archiveId: string;
  /** When it was written, as far as we believe it: not after now. */
  stamp: number;
  /** The same as its archive says it, for asking the archive. */
  archivedAt: number;
  text: IncomingText | null;
  /** What it says of another message. */
  said: (Decrypted & { payload: Extract<Payload, { kind: "receipt" | "displayed" | "error" }> }) | null;
  /** It is an invitation. */
  invites?: true;
  /** What changes another message, other than a new text. */
  change?: Conversation & { of: Removal | Reacted };
}

/** What changes messages, oldest first. */
interface Changing extends Conversation {
  of: Amending | Reacted;
  /** Which entry of the part it is. */
  at: number;
}

export interface Part {
  account: AccountId;
  /** Oldest first. */
  entries: readonly Entry[];
  archiveChanged: boolean;
  /** Entries from this index on are new, also where nothing older is held. */
  newFrom: number;
}

/** Where the part goes, in positions; both exclusive. */
export interface Region {
  low: number;
  high: number;
  /** Behind what came live from there on is what is still on its way to us. */
  live: number;
  /**
   * From there on times do not count: what is known has gaps between, and stamps tell too little of what belongs there.
   */
  dense: number;
  /** Older than everything that this device ever held: it counts as read. */
  history: boolean;
}

export interface Stored extends Pick<ArchivePageResult, "messages" | "amended" | "arrived" | "fresh"> {
  /** Position of what is now the oldest of the region. */
  lowest: number;
  /** The part reached what was held already. */
  met: boolean;
}

export interface PartTables {
  amendments: AmendmentsTable;
  chats: ChatsTable;
  messages: MessagesTable;
  outbox: OutboxTable;
  place: Placing;
  reactions: ReactionsTable;
  readState: ReadStateTable;
  repeated: Repetitions;
  reflected: Reflected;
}

export interface Parts {
  /** The stored message that an entry repeats. */
  knownOf(part: Part, entry: Entry): Known | undefined;
  /** @param touched gets the ids of the chats whose line changed */
  store(part: Part, region: Region, touched: Set<number>): Stored;
}

export function archiveParts({
  amendments,
  chats,
  messages,
  outbox,
  place,
  reactions,
  readState,
  repeated,
  reflected,
}: PartTables): Parts {
  function knownOf({ account, archiveChanged }: Part, { text }: Entry): Known | undefined {
    if (text === null) return undefined;
    const chat = chats.find({ account, jid: text.chat });
    return chat === undefined ? undefined : repeated.find(chat.id, text, archiveChanged);
  }

  /** Corrections are no messages of their own, unless they may not change what they name. */
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
        !isCorrection(amendments, chats.find({ account: part.account, jid: text.chat }), { ...text, replaces }, inChat)
      ) {
        inChat.push(text);
        return entry;
      }
      // The archive's own time places nothing but versions of one text: with its clock ahead they would all be of now.
      const of = asCorrection({ ...text, sentAt: entry.archivedAt }, replaces);
      const kind = text.room === undefined ? ("contact" as const) : ("room" as const);
      done.push({ jid: text.chat, kind, of, at });
      return { ...entry, text: null };
    });
    return { texts: { ...part, entries }, done };
  }

  function put(
    part: Part,
    region: Region,
    touched: Set<number>,
  ): Omit<Stored, "amended"> & { places: (number | undefined)[] } {
    const { account, entries, newFrom } = part;
    const known = entries.map((entry) => knownOf(part, entry));
    const changed: Message[] = [];
    const arrived: string[] = [];
    const fresh: string[] = [];
    /** Positions of entries, by their place in the part; of what was written here they say nothing of the archive. */
    const places: (number | undefined)[] = [];
    const seen = new Set<string>();
    /** Where the first encrypted message of each chat is. */
    const encrypted = new Map<string, number>();
    for (const [at, { text }] of entries.entries()) {
      if (text?.protection.kind === "omemo" && !encrypted.has(text.chat)) encrypted.set(text.chat, at);
    }
    /** What was written here has its place by when it was written, and says nothing of the order of the archive. */
    const anchor = (at: number): number | null =>
      known[at] !== undefined && known[at].local === 0 ? known[at].position : null;

    /** What could not be decrypted may be readable in this copy; ours in a room's archive is delivered. */
    function update(one: Known, text: IncomingText): void {
      const chat = chats.find({ account, jid: text.chat })!;
      const isAmended =
        text.tombstone === true
          ? amendments.tombstone(chat, one.id, text.sentAt)
          : amendments.arrived(chat, one.id, { token: null, messageId: null, archiveId: text.archiveId });
      const isNew = [repeated.repair(one, text), reflected(chat, one, text), isAmended].includes(true);
      if (!isNew) return;
      changed.push(messages.get(one.id, chat));
      touched.add(chat.id);
    }
    function settle(at: number): void {
      const { archiveId, text } = entries[at]!;
      repeated.learn(known[at]!, archiveId);
      if (text === null) return;
      if (known[at]!.delivery === "pending") arrived.push(text.originId ?? text.messageId ?? "");
      update(known[at]!, text);
    }
    function insert(at: number, text: IncomingText, position: (chat: ChatRow) => number, unread: boolean): number {
      const { archiveId, stamp } = entries[at]!;
      const chat = chats.ensure(
        { account, jid: text.chat },
        stamp,
        ...(text.room === undefined ? [] : (["room"] as const)),
      );
      // Another entry of this page may have been the same message.
      const names = [archiveId, text.originId ?? text.messageId ?? ""].map((name) => `${chat.id} ${name}`);
      const again = names.some((name) => seen.has(name)) ? repeated.find(chat.id, text) : undefined;
      if (again !== undefined) {
        update(again, text);
        return again.position;
      }
      for (const name of names) seen.add(name);
      const { outgoing } = text.author;
      const at_ = position(chat);
      places[at] = at_;
      const of = {
        ...text,
        ...columnsOf(text.author),
        local: false,
        delivery: !outgoing ? null : text.room === undefined ? ("sent" as const) : ("delivered" as const),
        unread: unread && !outgoing,
        afterEncrypted: at > (encrypted.get(text.chat) ?? at),
      };
      changed.push(messages.insert(chat, of, at_, unread));
      if (of.unread) fresh.push(archiveId);
      // The line in the list changes only by what is newest or unread.
      if (of.unread || at_ > chat.last_position || stamp > chat.activity_at) touched.add(chat.id);
      return at_;
    }

    for (const [at, { archiveId, invites }] of entries.entries())
      if (invites === true && (!region.history || at >= newFrom)) fresh.push(archiveId);
    entries.forEach((_, at) => (places[at] = anchor(at) ?? undefined));
    // Entries behind the newest that came live are on their way to us live: they go to the end, where they belong.
    let live = entries.length - 1;
    while (live >= 0 && (anchor(live) ?? -1) < region.live) live--;
    const bounds: number[] = [];
    for (let at = 0, bound = region.low; at < entries.length; at++) {
      bounds.push(bound);
      bound = Math.max(bound, anchor(at) ?? bound);
    }
    let upper = live >= 0 ? Number.MAX_SAFE_INTEGER : region.high;
    for (let at = live >= 0 ? live : entries.length - 1; at >= 0; at--) {
      const { text, stamp } = entries[at]!;
      if (known[at] === undefined) {
        if (text === null) continue;
        const low = bounds[at]! < upper ? bounds[at]! : region.low;
        const high = upper;
        upper = Math.min(
          upper,
          insert(
            at,
            text,
            (chat) => place.between(chat, high > region.dense ? null : stamp, low, high),
            !region.history || at >= newFrom,
          ),
        );
      } else {
        settle(at);
        const position = anchor(at);
        if (position !== null && position > region.low && position < upper) upper = position;
      }
    }
    for (let at = live + 1; live >= 0 && at < entries.length; at++) {
      const { text, stamp } = entries[at]!;
      if (known[at] !== undefined) settle(at);
      else if (text !== null) insert(at, text, (chat) => place.atEnd(chat, stamp), true);
    }
    const texts = known.filter((_, at) => entries[at]!.text !== null);
    const met =
      texts.length > 0 && texts.every((one) => one !== undefined && one.local === 0 && one.position <= region.low);
    const lowest = met
      ? Math.min(...texts.map((one) => one!.position))
      : upper === Number.MAX_SAFE_INTEGER
        ? region.high
        : upper;
    return { messages: changed, places, arrived, fresh, lowest, met };
  }

  /** Receipts, markers and errors, once their messages are here. */
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
        const failed = outbox.failed({ account, chat: conversation.jid, originId, condition, text });
        if (failed !== null) changed.push(failed.message);
      }
    }
    return changed;
  }

  /** The archive has them, so the server does. */
  function sent(account: AccountId, originIds: string[], touched: Set<number>): Message[] {
    const { messages: changed } = outbox.acked({ account, originIds });
    for (const { chat } of changed) touched.add(chats.find({ account, jid: chat })!.id);
    return changed;
  }

  /** Once their messages are here, or else they wait. @returns what changed */
  function amend(
    { account, entries }: Part,
    done: readonly Changing[],
    places: readonly (number | undefined)[],
    high: number,
    touched: Set<number>,
  ): Message[] {
    const changed = new Map<number, ChatRow>();
    /** Below what comes next in the archive, and never below what came before. */
    const placeOf = (at: number): number =>
      places.find((one, from) => one !== undefined && from > at) ??
      Math.max(high - 1, ...places.slice(0, at).filter((one) => one !== undefined));
    for (const { jid, kind, of, at } of done) {
      const chat = chats.ensure({ account, jid }, entries[at]!.stamp, ...(kind === "room" ? [kind] : []));
      const id =
        of.kind === "correction"
          ? correct(chat, { ...of, place: placeOf(at) })
          : of.kind === "reaction"
            ? reactions.take(chat, of, { place: placeOf(at), live: false })
            : amendments.take(chat, of);
      if (id === null) continue;
      changed.set(id, chat);
      touched.add(chat.id);
    }
    return [...changed].map(([id, chat]) => messages.get(id, chat));
  }

  const correct = (chat: ChatRow, of: Correction): number | null =>
    amendments.take(chat, of) ?? amendments.rank(chat, of);

  return {
    knownOf,
    store(part, region, touched) {
      const { texts, done } = sort(part);
      const { places, ...stored } = put(texts, region, touched);
      const later = [...sent(part.account, stored.arrived, touched), ...apply(part, region, touched)];
      const amended = amend(part, done, places, region.high, touched);
      // What is new is told of once, as it is now.
      const now = new Map(amended.map((one) => [one.id, one]));
      const found = [...stored.messages, ...later].map((one) => now.get(one.id) ?? one);
      const isTold = new Set(found.map(({ id }) => id));
      return { ...stored, messages: found, amended: amended.filter(({ id }) => !isTold.has(id)) };
    },
  };
}
