/** Pages of archives (XEP-0313), each taken in as one transaction with the span that it belongs to. */
import type { BareJid } from "../../../shared/jid.ts";
import { archiveParts, type Entry, type Part, type PartTables, type Region } from "./part.ts";
import { wholePages } from "./whole.ts";
import type { Connection } from "../engine/connection.ts";
import type { ArchiveEntry, Decrypted } from "../../model/message.ts";
import type { ArchivePageResult, Writes } from "../contract/index.ts";
import { changeOf, textOf } from "../messages/incoming.ts";
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

export function archivePages({ column }: Connection, tables: Tables): Pick<Writes, "archive.page" | "archive.private"> {
  const { chats, omemo, readState, spans } = tables;
  const parts = archiveParts(tables);
  const whole = wholePages(tables, parts);
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  /** Below a gap, what one contact and we wrote. */
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
      const { account, archiveChanged, newFrom, peer } = args;
      const key: ArchiveKey = { account, archive: args.archive ?? (ownJid.get(account) as BareJid) };
      const part = { account, archiveChanged, newFrom, entries: args.entries.map((entry) => entryOf(entry, args.now)) };
      const result = peer === null ? whole({ ...args, ...part }, key) : pageOfPeer(args, part, key, peer);
      if (result.stale) return result;
      if (args.archive === null && peer === null && args.complete) readState.forgetMarks(account);
      // Of a page that is not stored no ratchet may move: it comes again, and could not be read then.
      omemo({ account, changes: args.changes, now: args.now });
      return result;
    },
    "archive.private": ({ account, entries, changes, now }) => {
      const touched = new Set<number>();
      const part = {
        account,
        archiveChanged: false,
        newFrom: 0,
        entries: entries.map((entry) => entryOf(entry, now)),
      };
      const { lowest: _, met: __, ...result } = parts.store(part, EVERYWHERE, touched);
      omemo({ account, changes, now });
      return { ...result, chats: [...touched].map(chats.view), stale: false };
    },
  };
}

function entryOf({ archiveId, stamp: archivedAt, inbound }: ArchiveEntry<Decrypted>, now: number): Entry {
  // A time in the future would stick to the end of the chat for ever: a room may say any, and a server's clock may be
  // wrong.
  const stamp = Math.min(archivedAt, now);
  const at = { archiveId, stamp, archivedAt };
  if (inbound === null) return { ...at, text: null, said: null };
  const { conversation, payload } = inbound;
  switch (payload.kind) {
    case "retraction":
    case "moderation":
    case "reaction": {
      // Reactions keep the archive's own time: it is not shown and places nothing, but it orders those of one person.
      // With the archive's clock ahead of ours all that is new would otherwise be of the same moment, and pages come
      // newest first.
      const of = changeOf(inbound, payload, payload.kind === "reaction" ? archivedAt : stamp, false);
      return { ...at, text: null, said: null, change: { ...conversation, of } };
    }
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
