/** Pages of archives (XEP-0313), each taken in as one transaction with the span that it belongs to. */
import type { BareJid } from "../../../shared/jid.ts";
import { archiveParts, type Entry, type Part, type PartTables, type Region } from "./part.ts";
import { wholePages } from "./whole.ts";
import type { Connection } from "../engine/connection.ts";
import type { ArchivedEntry, ArchivePageResult, StoredAct, Writes } from "../contract/index.ts";
import { roomCandidate } from "../messages/room-messages.ts";
import { wasRead, type ArchiveKey, type SpansTable } from "./spans.ts";

type Args = Parameters<Writes["archive.page"]>[0];

interface Tables extends PartTables {
  omemo: Writes["omemo.apply"];
  spans: SpansTable;
}

/** What is held tells the place, and time where nothing is; behind all that is held is the end. */
const EVERYWHERE: Region = {
  low: -1,
  high: Number.MAX_SAFE_INTEGER,
  live: 0,
  dense: Number.MAX_SAFE_INTEGER,
  history: false,
};

export function archivePages(
  { column }: Connection,
  tables: Tables,
): Pick<Writes, "archive.page" | "archive.private" | "archive.roomPage"> {
  const { chats, omemo, readState, spans } = tables;
  const parts = archiveParts(tables);
  const whole = wholePages(tables, parts);
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  /** Below a hole, what one contact and we wrote. */
  function pageOfPeer(
    { first, complete }: Args,
    part: Part,
    key: ArchiveKey,
    { jid, position: high }: NonNullable<Args["peer"]>,
  ): ArchivePageResult {
    const all = spans.all(key);
    const older = all.filter((span) => span.newest_position < high);
    const held = older.filter(wasRead);
    const ofPeer = spans.ofPeer(key, jid);
    const low = Math.max(
      -1,
      ...held.map((span) => span.newest_position),
      ...ofPeer.map((span) => span.newest_position).filter((one) => one < high),
    );
    const region = {
      low,
      high,
      live: high,
      dense: all.some((span) => span.delayed === 1) ? -1 : Number.MAX_SAFE_INTEGER,
      history: older.length === 0,
    };
    const touched = new Set<number>();
    const { lowest, met: _, ...result } = parts.store(part, region, touched);
    const reached = part.entries.some((entry) => {
      const known = parts.knownOf(part, entry);
      return known !== undefined && known.local === 0 && known.position <= low;
    });
    const span = {
      oldest_id: first,
      oldest_at: part.entries[0]?.archivedAt ?? null,
      newest_id: null,
      oldest_position: complete ? Math.min(lowest, high - 1) : reached ? low + 1 : Math.min(lowest, high - 1),
      newest_position: high - 1,
      opened_position: high - 1,
      from_start: complete ? 1 : 0,
    };
    const above = ofPeer.find((one) => one.oldest_position === high);
    if (above === undefined) spans.add(key, jid, span);
    else spans.change({ ...above, ...span, newest_id: above.newest_id, newest_position: above.newest_position });
    return { ...result, chats: [...touched].map(chats.view), stale: false };
  }

  return {
    "archive.page": (args) => {
      const { account, archiveChanged, peer } = args;
      const own = ownJid.get(account) as BareJid;
      const part = {
        account,
        archiveChanged,
        newFrom: args.newFrom,
        entries: args.entries.map((entry) => ownEntry(entry, own, args.now)),
      };
      const key: ArchiveKey = { account, archive: own };
      const result = peer === null ? whole({ ...args, ...part }, key) : pageOfPeer(args, part, key, peer);
      if (result.stale) return result;
      if (peer === null && args.complete) readState.forgetMarks(account);
      // Of a page that is not stored no ratchet may move: it comes again, and could not be read then.
      omemo({ account, changes: args.changes, now: args.now });
      return result;
    },
    "archive.private": ({ account, entries, changes, now }) => {
      const own = ownJid.get(account) as BareJid;
      const touched = new Set<number>();
      const part = {
        account,
        archiveChanged: false,
        newFrom: 0,
        entries: entries.map((entry) => ownEntry(entry, own, now)),
      };
      const { lowest: _, met: __, ...result } = parts.store(part, EVERYWHERE, touched);
      omemo({ account, changes, now });
      return { ...result, chats: [...touched].map(chats.view), stale: false };
    },
    "archive.roomPage": ({
      account,
      room,
      span,
      entries,
      askedBefore,
      first,
      complete,
      archiveChanged,
      changes,
      now,
    }) => {
      const page = {
        account,
        span,
        askedBefore,
        first,
        complete,
        archiveChanged,
        newFrom: entries.length,
        entries: entries.map((entry) => roomEntry(room, entry, now)),
      };
      const result = whole(page, { account, archive: room });
      if (!result.stale) omemo({ account, changes, now });
      return result;
    },
  };
}

/**
 * A time in the future would stick to the end of the chat for ever: a room may say any, and a server's clock may be
 * wrong.
 */
const believed = <E extends { stamp: number }>({ stamp }: E, now: number) => ({
  stamp: Math.min(stamp, now),
  archivedAt: stamp,
});
/**
 * Reactions keep the archive's own time: it is not shown and places nothing, but it orders those of one person. With
 * the archive's clock ahead of ours all that is new would otherwise be of the same moment, and pages come newest first.
 */
const amendedBy = (amendment: StoredAct, { stamp, archivedAt }: Pick<Entry, "stamp" | "archivedAt">): StoredAct => ({
  ...amendment,
  sentAt: amendment.kind === "reaction" ? archivedAt : Math.min(amendment.sentAt, stamp),
});

function ownEntry(entry: ArchivedEntry, own: string, now: number): Entry {
  const { archiveId, content } = entry;
  const at = { archiveId, ...believed(entry, now) };
  if (content?.kind === "amendment") {
    return {
      ...at,
      text: null,
      said: null,
      done: { chat: content.chat, inRoom: false, amendment: amendedBy(content.amendment, at) },
    };
  }
  if (content?.kind !== "message") return { ...at, text: null, said: content };
  const { chat, from, occupant, body, originId, messageId, markable, protection, replaces, tombstone } =
    content.message;
  const more = { ...(replaces === undefined ? {} : { replaces }), ...(tombstone === undefined ? {} : { tombstone }) };
  const ids = { originId, messageId, archiveId };
  const text = {
    chat,
    from,
    body,
    sentAt: at.stamp,
    ...ids,
    protection,
    outgoing: from === own,
    markable,
    writer: occupant ?? null,
    ...more,
  };
  return { ...at, text, said: null };
}

function roomEntry(
  chat: BareJid,
  entry: Parameters<Writes["archive.roomPage"]>[0]["entries"][number],
  now: number,
): Entry {
  const { archiveId, message, amendment } = entry;
  const at = { archiveId, ...believed(entry, now) };
  if (message === null) {
    const done = amendment === undefined ? {} : { done: { chat, inRoom: true, amendment: amendedBy(amendment, at) } };
    return { ...at, text: null, said: null, ...done };
  }
  const { room, writer, own, mentionsUs, replaces, tombstone } = message;
  const more = { ...(replaces === undefined ? {} : { replaces }), ...(tombstone === undefined ? {} : { tombstone }) };
  const candidate = roomCandidate(message, at.stamp, archiveId);
  return {
    ...at,
    text: { ...candidate, chat: room, outgoing: own, markable: false, writer, mentionsUs, ...more },
    said: null,
  };
}
