/** Stores pages of archives (XEP-0313), each in one transaction with its span. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Entry, Part, Region } from "./entry.ts";
import { archiveParts, type PartTables } from "./part.ts";
import { wholePages } from "./whole.ts";
import type { Connection } from "../engine/connection.ts";
import type { ArchiveEntry, Decrypted } from "../../model/message.ts";
import type { ArchivePageResult, Writes } from "../contract/index.ts";
import { APART } from "../messages/position.ts";
import { changeOf, textOf } from "../messages/incoming.ts";
import { wasRead, type ArchiveKey, type SpansTable } from "./spans.ts";

type Args = Parameters<Writes["archive.page"]>[0];

interface Tables extends PartTables {
  omemo: Writes["omemo.apply"];
  spans: SpansTable;
}

/**
 * Known messages determine the place, and the time where there are none. What comes after all known messages is placed
 * at the end, but before what came since the archive answered.
 */
const EVERYWHERE: Region = {
  low: -1,
  high: Number.MAX_SAFE_INTEGER,
  live: 0,
  dense: Number.MAX_SAFE_INTEGER,
  history: false,
};

export function archivePages({ column }: Connection, tables: Tables): Pick<Writes, "archive.page" | "archive.private"> {
  const { chats, omemo, place, readState, spans } = tables;
  const parts = archiveParts(tables);
  const whole = wholePages(tables, parts);
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  /** Stores a page of one contact's part of our archive, below a gap. */
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
    const { lowest, met: _, newest: __, ...result } = parts.store(part, region, touched);
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
      const { account, archiveChanged, newFrom, peer } = args;
      const key: ArchiveKey = { account, archive: args.archive ?? (ownJid.get(account) as BareJid) };
      const part = { account, archiveChanged, newFrom, entries: args.entries.map((entry) => entryOf(entry, args.now)) };
      const result = peer === null ? whole({ ...args, ...part }, key) : pageOfPeer(args, part, key, peer);
      if (result.stale) return result;
      if (args.archive === null && peer === null && args.complete) readState.forgetMarks(account);
      // If the page is not stored no ratchet may advance, because the page must be decrypted again.
      omemo({ account, changes: args.changes, now: args.now });
      return result;
    },
    "archive.private": ({ account, entries, end, changes, now }) => {
      const touched = new Set<number>();
      const part = {
        account,
        archiveChanged: false,
        newFrom: 0,
        entries: entries.map((entry) => entryOf(entry, now)),
      };
      const high = place.end(account) > end ? end + APART : EVERYWHERE.high;
      const { lowest: _, met: __, ...result } = parts.store(part, { ...EVERYWHERE, high, end }, touched);
      // What was held back for this session, and comes only now, is newer than those at the end.
      const [newest] = spans.newest(account, null);
      if (newest !== undefined)
        spans.extend(newest, null, Math.max(-1, ...result.messages.map(({ position }) => position)));
      omemo({ account, changes, now });
      return { ...result, chats: [...touched].map(chats.view), stale: false };
    },
  };
}

function entryOf({ archiveId, stamp: archivedAt, inbound }: ArchiveEntry<Decrypted>, now: number): Entry {
  // A message from the future would stay at the end of the chat: a room may send any time, and a server's clock may be
  // wrong.
  const stamp = Math.min(archivedAt, now);
  const at = { archiveId, stamp, archivedAt };
  if (inbound === null) return { ...at, text: null, said: null };
  const { conversation, payload } = inbound;
  switch (payload.kind) {
    case "retraction":
    case "moderation":
    case "reaction":
    case "sources": {
      // Reactions keep the archive's time: it is not shown and gives no position, but it orders those of one person. If
      // the archive's clock is ahead of ours, all new ones would otherwise have the same time, and pages arrive newest
      // first.
      const of = changeOf(inbound, payload, payload.kind === "reaction" ? archivedAt : stamp);
      return { ...at, text: null, said: null, change: { ...conversation, of } };
    }
    case "chat-state":
      return { ...at, text: null, said: null };
    case "invitation":
      return { ...at, text: null, said: null, invites: true };
    case "receipt":
    case "displayed":
    case "error":
      return { ...at, text: null, said: { ...inbound, payload } };
    default:
      return { ...at, text: textOf(inbound, stamp), said: null };
  }
}
