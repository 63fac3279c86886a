/**
 * A page of a whole archive (XEP-0313), taken in with the span that it belongs to. Pages come newest first, so each goes
 * below what is held of that session; see `spans.ts` for the map.
 */
import type { ChatsTable } from "./chats.ts";
import type { ArchivePageResult } from "./contract.ts";
import type { Part, Parts } from "./archive-part.ts";
import type { ArchiveKey, Span, SpansTable } from "./spans.ts";

export interface WholePage extends Part {
  span: number;
  first: string | null;
  complete: boolean;
}

/** @returns takes in one page; `stale` when its span is not the newest any more */
export function wholePages({ chats, spans }: { chats: ChatsTable; spans: SpansTable }, parts: Parts): (page: WholePage, key: ArchiveKey) => ArchivePageResult {
  return (page, key) => {
    const [span] = spans.all(key);
    const result: ArchivePageResult = { messages: [], amended: [], chats: [], arrived: [], fresh: [], stale: false };
    if (span === undefined || span.id !== page.span) return { ...result, stale: true };
    const touched = new Set<number>();
    const first = page.entries[0];
    const next: Span = { ...span, oldest_id: page.first ?? span.oldest_id, oldest_at: first?.stamp ?? span.oldest_at, newest_id: span.newest_id ?? page.entries.at(-1)?.archiveId ?? null };

    // The page may reach into older spans: each part of it goes into the gap that it is from.
    for (let { entries } = page; ; ) {
      const [, older] = spans.all(key);
      const meeting = older === undefined ? -1 : entries.findLastIndex((entry) => entry.archiveId === older.newest_id);
      const part = { ...page, entries: entries.slice(meeting + 1) };
      const region = { low: older?.newest_position ?? -1, high: next.oldest_position, live: next.opened_position, dense: next.delayed === 1, history: older === undefined };
      const { lowest, met, ...stored } = parts.store(part, region, touched);
      next.oldest_position = lowest;
      result.messages.push(...stored.messages);
      result.amended.push(...stored.amended);
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
    if (page.complete) {
      next.from_start = 1;
      for (const one of spans.all(key)) if (one.id !== span.id) spans.remove(one.id);
    }
    spans.change(next);
    spans.tidy(key, next.oldest_position);
    return { ...result, chats: [...touched].map(chats.view) };
  };
}
