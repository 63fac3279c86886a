/**
 * A page of the archive (XEP-0313), taken in as one transaction with the span that it belongs to. Pages come newest
 * first, so each goes below what is held of that session; see `position.ts` for the order and `spans.ts` for the map.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { Message } from "../../shared/model/message.ts";
import type { ChatsTable } from "./chats.ts";
import type { Connection } from "./connection.ts";
import type { ArchivedMessage, ArchivePageResult, Writes } from "./contract.ts";
import type { MessagesTable } from "./messages.ts";
import type { OutboxTable } from "./outbox.ts";
import type { Placing } from "./position.ts";
import type { ReadStateTable } from "./read-state.ts";
import type { Known, Repetitions } from "./repeated.ts";
import type { ArchiveKey, Span, SpansTable } from "./spans.ts";

type Args = Parameters<Writes["archive.page"]>[0];

interface Tables {
  chats: ChatsTable;
  messages: MessagesTable;
  omemo: Writes["omemo.apply"];
  outbox: OutboxTable;
  place: Placing;
  readState: ReadStateTable;
  repeated: Repetitions;
  spans: SpansTable;
}

/** Where the page goes, in positions; both exclusive. */
interface Region {
  low: number;
  high: number;
  /** What came live in this session is behind that. */
  live: number;
  /** Delayed stanzas are in the region, and their stamps tell too little of what is around them: times do not count. */
  dense: boolean;
  /** Older than everything that this device ever held: it counts as read. */
  history: boolean;
}

interface Stored extends Pick<ArchivePageResult, "messages" | "arrived" | "fresh"> {
  /** Position of what is now the oldest of the region. */
  lowest: number;
  /** The page reached what was held already. */
  met: boolean;
}

const NOTHING: ArchivePageResult = { messages: [], chats: [], arrived: [], fresh: [], stale: true };

export function archivePages({ column }: Connection, tables: Tables): Writes["archive.page"] {
  const { chats, messages, omemo, outbox, place, readState, repeated, spans } = tables;
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  /** The stored message that an entry repeats. */
  function knownOf({ account, archiveChanged }: Args, { archiveId, stamp, content }: Args["entries"][number]): Known | undefined {
    if (content?.kind !== "message") return undefined;
    const chat = chats.find({ account, jid: content.message.chat });
    return chat === undefined ? undefined : repeated.find(chat.id, candidate(content.message, archiveId, stamp), archiveChanged);
  }

  function store(args: Args, region: Region, touched: Set<number>): Stored {
    const { account, entries } = args;
    const own = ownJid.get(account);
    const known = entries.map((entry) => knownOf(args, entry));
    const changed: Message[] = [];
    const arrived: string[] = [];
    const fresh: string[] = [];
    const seen = new Set<string>();
    /** Where the first encrypted message of each chat is. */
    const encrypted = new Map<string, number>();
    for (const [at, { content }] of entries.entries()) {
      if (content?.kind !== "message" || content.message.protection.kind !== "omemo") continue;
      if (!encrypted.has(content.message.chat)) encrypted.set(content.message.chat, at);
    }
    /** What was written here has its place by when it was written, and says nothing of the order of the archive. */
    const anchor = (at: number): number | null => (known[at] !== undefined && known[at].local === 0 ? known[at].position : null);

    /** What could not be decrypted may be readable in this copy. */
    function repair(one: Known, { archiveId, stamp, content }: Args["entries"][number]): void {
      if (content?.kind !== "message" || !repeated.repair(one, candidate(content.message, archiveId, stamp))) return;
      const chat = chats.find({ account, jid: content.message.chat })!;
      changed.push(messages.get(one.id, chat));
      touched.add(chat.id);
    }
    function settle(at: number): void {
      const { archiveId, content } = entries[at]!;
      repeated.learn(known[at]!, archiveId);
      repair(known[at]!, entries[at]!);
      if (known[at]!.delivery === "pending" && content?.kind === "message") arrived.push(content.message.originId ?? content.message.stanzaIdAttribute);
    }
    function insert(at: number, position: (chat: ReturnType<ChatsTable["ensure"]>) => number, unread: boolean): number {
      const { archiveId, stamp, content } = entries[at]!;
      if (content?.kind !== "message") return 0;
      const { message } = content;
      const chat = chats.ensure({ account, jid: message.chat }, stamp);
      // Another entry of this page may have been the same message.
      const names = [archiveId, message.originId ?? message.stanzaIdAttribute].map((name) => `${chat.id} ${name}`);
      const again = names.some((name) => seen.has(name)) ? repeated.find(chat.id, candidate(message, archiveId, stamp)) : undefined;
      if (again !== undefined) {
        repair(again, entries[at]!);
        return again.position;
      }
      for (const name of names) seen.add(name);
      const outgoing = message.from === own;
      const at_ = position(chat);
      const of = {
        ...candidate(message, archiveId, stamp),
        outgoing,
        local: false,
        sender: message.from,
        delivery: outgoing ? ("sent" as const) : null,
        unread: unread && !outgoing,
        markable: message.markable,
        afterEncrypted: at > (encrypted.get(message.chat) ?? at),
      };
      changed.push(messages.insert(chat, of, at_, unread));
      if (of.unread) fresh.push(archiveId);
      // The line in the list changes only by what is newest or unread.
      if (of.unread || at_ > chat.last_position || stamp > chat.activity_at) touched.add(chat.id);
      return at_;
    }

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
      if (known[at] === undefined) {
        if (entries[at]!.content?.kind !== "message") continue;
        const low = bounds[at]! < upper ? bounds[at]! : region.low;
        const high = upper;
        upper = Math.min(upper, insert(at, (chat) => place.between(chat, region.dense ? null : entries[at]!.stamp, low, high), !region.history || at >= args.newFrom));
      } else {
        settle(at);
        const position = anchor(at);
        if (position !== null && position > region.low && position < upper) upper = position;
      }
    }
    for (let at = live + 1; live >= 0 && at < entries.length; at++) {
      if (known[at] !== undefined) settle(at);
      else insert(at, (chat) => place.atEnd(chat, entries[at]!.stamp), true);
    }
    const texts = known.filter((_, at) => entries[at]!.content?.kind === "message");
    const met = texts.length > 0 && texts.every((one) => one !== undefined && one.local === 0 && one.position <= region.low);
    return { messages: changed, arrived, fresh, lowest: Math.min(upper, region.high), met };
  }

  /** Receipts, markers and errors, once their messages are here. */
  function apply({ account, entries }: Args, { history }: Region, touched: Set<number>): Message[] {
    const changed: Message[] = [];
    for (const { content } of entries) {
      if (content?.kind === "mark") {
        const outcome = readState.marked({ account, ...content.mark, keep: true });
        changed.push(...outcome.messages);
        for (const { jid } of outcome.chats) touched.add(chats.find({ account, jid })!.id);
      } else if (content?.kind === "bounce" && !history) {
        const { from, id, condition, text } = content.bounce;
        const failed = outbox.failed({ account, chat: from, originId: id, condition, text });
        if (failed !== null) changed.push(failed.message);
      }
    }
    return changed;
  }

  /** The archive has them, so the server does. */
  function sent(account: Args["account"], originIds: string[], touched: Set<number>): Message[] {
    const { messages: changed } = outbox.acked({ account, originIds });
    for (const { chat } of changed) touched.add(chats.find({ account, jid: chat })!.id);
    return changed;
  }

  function pageOfAll(args: Args, key: ArchiveKey): ArchivePageResult {
    const [span] = spans.all(key);
    if (span === undefined || span.id !== args.span) return NOTHING;
    const touched = new Set<number>();
    const result: ArchivePageResult = { messages: [], chats: [], arrived: [], fresh: [], stale: false };
    const first = args.entries[0];
    const next: Span = { ...span, oldest_id: args.first ?? span.oldest_id, oldest_at: first?.stamp ?? span.oldest_at, newest_id: span.newest_id ?? args.entries.at(-1)?.archiveId ?? null };

    // The page may reach into older spans: each part of it goes into the gap that it is from.
    for (let entries = args.entries; ; ) {
      const [, older] = spans.all(key);
      const meeting = older === undefined ? -1 : entries.findLastIndex((entry) => entry.archiveId === older.newest_id);
      const part = { ...args, entries: entries.slice(meeting + 1) };
      const region = { low: older?.newest_position ?? -1, high: next.oldest_position, live: next.opened_position, dense: next.delayed === 1, history: older === undefined };
      const { lowest, met, ...stored } = store(part, region, touched);
      next.oldest_position = lowest;
      result.messages.push(...stored.messages, ...sent(args.account, stored.arrived, touched), ...apply(part, region, touched));
      result.arrived.push(...stored.arrived);
      result.fresh.push(...stored.fresh);
      if (older === undefined || (meeting < 0 && !met)) break;
      spans.remove(older.id);
      Object.assign(next, { oldest_position: older.oldest_position, opened_position: older.opened_position, delayed: older.delayed, from_start: older.from_start });
      if (older.oldest_id !== null) {
        // All that is left of the page is held, or will come with the page before that span.
        Object.assign(next, { oldest_id: older.oldest_id, oldest_at: older.oldest_at });
        break;
      }
      // That session never read the archive: the page goes on within it, and may go beyond its beginning.
      if (meeting < 0) break;
      entries = entries.slice(0, meeting + 1);
    }
    if (args.complete) {
      next.from_start = 1;
      for (const one of spans.all(key)) if (one.id !== span.id) spans.remove(one.id);
      readState.forgetMarks(args.account);
    }
    spans.change(next);
    spans.tidy(key, next.oldest_position);
    return { ...result, chats: [...touched].map(chats.view) };
  }

  function pageOfPeer(args: Args, key: ArchiveKey, { jid, position: high }: NonNullable<Args["peer"]>): ArchivePageResult {
    const whole = spans.all(key).filter((span) => span.newest_position < high);
    const ofPeer = spans.ofPeer(key, jid);
    const low = Math.max(-1, ...whole.map((span) => span.newest_position), ...ofPeer.map((span) => span.newest_position).filter((one) => one < high));
    const region = { low, high, live: high, dense: false, history: whole.length === 0 };
    const touched = new Set<number>();
    const { lowest, met: _, ...result } = store(args, region, touched);
    const changed = [...sent(args.account, result.arrived, touched), ...apply(args, region, touched)];
    const reached = args.entries.some((entry) => {
      const known = knownOf(args, entry);
      return known !== undefined && known.local === 0 && known.position <= low;
    });
    const span = {
      oldest_id: args.first,
      oldest_at: args.entries[0]?.stamp ?? null,
      newest_id: null,
      oldest_position: args.complete ? Math.min(lowest, high - 1) : reached ? low + 1 : Math.min(lowest, high - 1),
      newest_position: high - 1,
      opened_position: high - 1,
      from_start: args.complete ? 1 : 0,
    };
    const above = ofPeer.find((one) => one.oldest_position === high);
    if (above === undefined) spans.add(key, jid, span);
    else spans.change({ ...above, ...span, newest_id: above.newest_id, newest_position: above.newest_position });
    return { ...result, messages: [...result.messages, ...changed], chats: [...touched].map(chats.view), stale: false };
  }

  return (args) => {
    const key: ArchiveKey = { account: args.account, archive: ownJid.get(args.account) as BareJid };
    const result = args.peer === null ? pageOfAll(args, key) : pageOfPeer(args, key, args.peer);
    // Of a page that is not stored no ratchet may move: it comes again, and could not be read then.
    if (!result.stale) omemo({ account: args.account, changes: args.changes, now: args.now });
    return result;
  };
}

function candidate(message: ArchivedMessage, archiveId: string, stamp: number) {
  const { from, body, originId, stanzaIdAttribute, protection } = message;
  return { from, body, sentAt: stamp, originId, stanzaId: stanzaIdAttribute === "" ? null : stanzaIdAttribute, archiveId, protection };
}
