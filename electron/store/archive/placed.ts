/**
 * Places the texts of a part of an archive page (XEP-0313) between known messages: a known message keeps its position
 * and determines that of its neighbours. See `position.ts` for the order.
 */
import type { Message } from "../../../shared/model/message.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { AnnotationsTable } from "../messages/annotations/annotations.ts";
import type { IncomingText } from "../messages/incoming.ts";
import type { MessagesTable } from "../messages/messages.ts";
import { APART, type Placing } from "../messages/position.ts";
import type { Reflected } from "../messages/reflected.ts";
import type { Known, Repetitions } from "../messages/repeated.ts";
import type { Entry, Part, Region } from "./entry.ts";

/** A new message that cannot be read. */
export interface Unreadable {
  id: MessageId;
  chat: ChatRow;
  text: IncomingText;
}

/** What a part has changed. */
export interface Placed {
  /** New messages, and known ones that have changed. */
  messages: Message[];
  /** Positions by index in the part; none of messages written here, which say nothing about the archive's order. */
  places: (number | undefined)[];
  unreadable: Unreadable[];
  /** Origin-ids of our pending messages that are in the archive. */
  arrived: string[];
  /** Archive ids of what is new and unread. */
  fresh: string[];
  /** The lowest position of the region after storing. */
  lowest: number;
  /** The part contained a message that was already known. */
  met: boolean;
  /** Archive id of the newest text that was not written here; null: there is none. */
  newest: string | null;
}

export interface PlacingTables {
  annotations: AnnotationsTable;
  chats: ChatsTable;
  messages: MessagesTable;
  place: Placing;
  repeated: Repetitions;
  reflected: Reflected;
}

/** @returns a function that finds the stored message that an entry repeats, except one of `taken` */
export const findKnown =
  ({ chats, repeated }: Pick<PlacingTables, "chats" | "repeated">) =>
  (
    { account, archiveChanged: renamed }: Part,
    { text }: Entry,
    taken: ReadonlySet<number> = new Set(),
  ): Known | undefined => {
    if (text === null) return undefined;
    const chat = chats.find({ account, jid: text.chat });
    return chat === undefined ? undefined : repeated.find(chat.id, text, { renamed, taken });
  };

/** @returns a function that stores texts. `touched` receives the ids of chats whose entry in the chat list changed */
export function textPlacing({
  annotations,
  chats,
  messages,
  place,
  repeated,
  reflected,
}: PlacingTables): (part: Part, region: Region, touched: Set<number>) => Placed {
  const knownOf = findKnown({ chats, repeated });

  return (part, region, touched) => {
    const { account, entries, newFrom } = part;
    const taken = new Set<number>();
    const known = entries.map((entry) => {
      const one = knownOf(part, entry, taken);
      if (one !== undefined) taken.add(one.id);
      return one;
    });
    const changed: Message[] = [];
    const unreadable: Unreadable[] = [];
    const arrived: string[] = [];
    const fresh: string[] = [];
    /** Positions by index in the part. Those of messages written here say nothing about the archive's order. */
    const places: (number | undefined)[] = [];
    const seen = new Set<string>();
    /** Position of our newest message in each chat. */
    const answered = new Map<number, number>();
    /** Position of the first encrypted message of each chat. */
    const encrypted = new Map<string, number>();
    for (const [at, { text }] of entries.entries()) {
      if (text?.protection.kind === "omemo" && !encrypted.has(text.chat)) encrypted.set(text.chat, at);
    }
    const isAnywhere = region.end !== undefined;
    /** Nothing else is known: what comes behind a message that was written here is newer. */
    const isOwn = isAnywhere && known.every((one) => one?.local !== 0);
    /** A message written here has its position from the time of writing, not from the order of the archive. */
    const anchor = (at: number): number | null =>
      known[at] !== undefined && (known[at].local === 0 || isOwn) ? known[at].position : null;

    /** Repairs an unreadable message with a readable copy, and marks our message in a room's archive as delivered. */
    function update(one: Known, text: IncomingText): void {
      const chat = chats.find({ account, jid: text.chat })!;
      const isAmended =
        text.tombstone === true
          ? annotations.tombstone(chat, one.id, text.sentAt)
          : annotations.arrived(chat, one.id, { token: null, messageId: null, archiveId: text.archiveId });
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
      // Another entry of this page may be the same message.
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
        local: false,
        delivery: !outgoing ? null : text.room === undefined ? ("sent" as const) : ("delivered" as const),
        unread: unread && !outgoing,
        afterEncrypted: at > (encrypted.get(text.chat) ?? at),
      };
      const message = messages.insert(chat, of, at_, unread);
      changed.push(message);
      if (readingProblem(text.protection) !== null) unreadable.push({ id: message.id, chat, text });
      if (outgoing) answered.set(chat.id, Math.max(answered.get(chat.id) ?? -1, at_));
      if (of.unread) fresh.push(archiveId);
      // The entry in the chat list changes only by the newest message or an unread one.
      if (of.unread || at_ > chat.last_position || stamp > chat.activity_at) touched.add(chat.id);
      return at_;
    }

    for (const [at, { archiveId, invites }] of entries.entries())
      if (invites === true && (!region.history || at >= newFrom)) fresh.push(archiveId);
    entries.forEach((_, at) => (places[at] = anchor(at) ?? undefined));
    // Entries after the newest live message are on their way to us: they belong at the end.
    let live = entries.length - 1;
    while (live >= 0 && (anchor(live) ?? -1) < region.live) live--;
    const bounds: number[] = [];
    for (let at = 0, bound = region.low; at < entries.length; at++) {
      bounds.push(bound);
      bound = Math.max(bound, (isAnywhere ? known[at]?.position : anchor(at)) ?? bound);
    }
    let upper = live >= 0 ? Number.MAX_SAFE_INTEGER : region.high;
    for (let at = live >= 0 ? live : entries.length - 1; at >= 0; at--) {
      const { text, stamp } = entries[at]!;
      if (known[at] === undefined) {
        if (text === null) continue;
        const isBetween = bounds[at]! < upper;
        const low = isBetween ? bounds[at]! : region.low;
        const high = upper;
        upper = Math.min(
          upper,
          insert(
            at,
            text,
            (chat) => place.between(chat, high > region.dense || (isAnywhere && !isBetween) ? null : stamp, low, high),
            !region.history || at >= newFrom,
          ),
        );
      } else {
        settle(at);
        const position = anchor(at);
        if (position !== null && position > region.low && position < upper) upper = position;
      }
    }
    const { end = -1 } = region;
    const highest = places.reduce((most: number, one) => Math.max(most, one ?? -1), -1);
    const isLast = !isAnywhere || place.end(account) <= Math.max(highest, end);
    const missing = entries.filter(({ text }, at) => at > live && text !== null && known[at] === undefined).length;
    // What came since the archive answered is newer. Many begin further back, because it may be only a step away.
    let last = Math.max(highest, end - Math.max(0, missing - (APART - 1)));
    for (let at = live + 1; live >= 0 && at < entries.length; at++) {
      const { text, stamp } = entries[at]!;
      if (known[at] !== undefined) settle(at);
      else if (text !== null)
        last = insert(at, text, (chat) => (isLast ? place.atEnd(chat, stamp) : place.after(chat, last)), true);
    }
    // An answer shows that its author has read the messages before it.
    for (const [id, position] of answered) {
      chats.readUpTo(chats.byId(id)!, position);
      touched.add(id);
    }
    const texts = known.filter((_, at) => entries[at]!.text !== null);
    const met =
      texts.length > 0 && texts.every((one) => one !== undefined && one.local === 0 && one.position <= region.low);
    const lowest = met
      ? Math.min(...texts.map((one) => one!.position))
      : upper === Number.MAX_SAFE_INTEGER
        ? region.high
        : upper;
    const isOfArchive = (at: number): boolean =>
      known[at] === undefined ? places[at] !== undefined : known[at].local === 0;
    const newest = entries.findLast((_, at) => isOfArchive(at))?.archiveId ?? null;
    return { messages: changed, places, unreadable, arrived, fresh, lowest, met, newest };
  };
}
