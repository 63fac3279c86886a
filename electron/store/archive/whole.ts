/**
 * A page of a whole archive (XEP-0313), taken in with the span that it belongs to. Pages come newest first, so each
 * goes below what is held of that session; see `spans.ts` for the map.
 */
import type { ChatsTable } from "../chats/chats.ts";
import type { ArchivePageResult } from "../contract/index.ts";
import type { Part, Parts } from "./part.ts";
import { wasRead, type ArchiveKey, type Span, type SpansTable } from "./spans.ts";

export interface WholePage extends Part {
  span: number;
  askedBefore: string | null;
  first: string | null;
  complete: boolean;
}

/**
 * @returns takes in one page; `stale` when its span is not the newest any more, or does not end where the page was
 * asked for
 */
export function wholePages(
  { chats, spans }: { chats: ChatsTable; spans: SpansTable },
  parts: Parts,
): (page: WholePage, key: ArchiveKey) => ArchivePageResult {
  return (page, key) => {
    const [span] = spans.all(key);
    const result: ArchivePageResult = { messages: [], amended: [], chats: [], arrived: [], fresh: [], stale: false };
    if (span === undefined || span.id !== page.span || span.oldest_id !== page.askedBefore)
      return { ...result, stale: true };
    const touched = new Set<number>();
    const first = page.entries[0];
    const next: Span = {
      ...span,
      oldest_id: page.first ?? span.oldest_id,
      oldest_at: first?.archivedAt ?? span.oldest_at,
      newest_id: span.newest_id ?? page.entries.at(-1)?.archiveId ?? null,
    };

    let high = span.oldest_position;
    /** Only the newest page may show what is still on its way to us. */
    let live = span.oldest_id === null ? span.opened_position : Number.MAX_SAFE_INTEGER;
    /** Where an older span begins that the page goes on below. */
    let bottom = Number.MAX_SAFE_INTEGER;
    /** The beginning of an older span within which the page ends. */
    let within: Pick<Span, "oldest_id" | "oldest_at" | "oldest_position"> | null = null;
    // The page may reach into older spans: each part of it goes into the gap that it is from. All of it is kept, since
    // what was decrypted for it may not be readable once more.
    for (let { entries } = page; ;) {
      const [, older] = spans.all(key);
      const meeting = older === undefined ? -1 : entries.findLastIndex((entry) => entry.archiveId === older.newest_id);
      const part = { ...page, entries: entries.slice(meeting + 1) };
      const region = {
        low: older?.newest_position ?? -1,
        high,
        live,
        dense: next.delayed === 1 ? -1 : next.opened_position,
        history: older === undefined,
      };
      const { lowest, met, ...stored } = parts.store(part, region, touched);
      next.oldest_position = Math.min(lowest, bottom);
      result.messages.push(...stored.messages);
      result.amended.push(...stored.amended);
      result.arrived.push(...stored.arrived);
      result.fresh.push(...stored.fresh);
      if (within !== null) Object.assign(next, within);
      if (within !== null || older === undefined || (meeting < 0 && !met)) break;
      spans.remove(older.id);
      const isRead = wasRead(older);
      Object.assign(next, {
        opened_position: older.opened_position,
        from_start: older.from_start,
        delayed: older.delayed,
      });
      if (isRead && !entries.some((entry) => entry.archiveId === older.oldest_id)) {
        within = { oldest_id: older.oldest_id, oldest_at: older.oldest_at, oldest_position: older.oldest_position };
      }
      if (meeting < 0) {
        Object.assign(next, within ?? {});
        break;
      }
      entries = entries.slice(0, meeting + 1);
      high = older.newest_position + 1;
      bottom = isRead ? older.oldest_position : high;
      live = Number.MAX_SAFE_INTEGER;
    }
    next.newest_position = Math.max(next.newest_position, next.oldest_position);
    if (page.complete) {
      next.from_start = 1;
      for (const one of spans.all(key)) if (one.id !== span.id) spans.remove(one.id);
    }
    spans.change(next);
    spans.tidy(key, next.oldest_position);
    return { ...result, chats: [...touched].map(chats.view) };
  };
}
