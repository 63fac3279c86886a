/**
 * Stores a page of a whole archive (XEP-0313) with its span. Pages arrive newest first, so each is placed below the
 * messages of its session. See `spans.ts`.
 */
import type { ChatsTable } from "../chats/chats.ts";
import type { ArchivePageResult } from "../contract/index.ts";
import type { Part } from "./entry.ts";
import type { Parts } from "./part.ts";
import { wasRead, type ArchiveKey, type Span, type SpansTable } from "./spans.ts";

export interface WholePage extends Part {
  span: number;
  askedBefore: string | null;
  meets?: boolean;
  first: string | null;
  complete: boolean;
}

/**
 * @returns a function that stores one page; `stale` if its span is not the newest any more, or does not end where the
 * page was requested, or has a newer message than a page that must meet it
 */
export function wholePages(
  { chats, spans }: { chats: ChatsTable; spans: SpansTable },
  parts: Parts,
): (page: WholePage, key: ArchiveKey) => ArchivePageResult {
  return (page, key) => {
    const [span] = spans.all(key);
    const result: ArchivePageResult = {
      messages: [],
      annotated: [],
      removed: [],
      chats: [],
      arrived: [],
      fresh: [],
      stale: false,
    };
    if (span === undefined || span.id !== page.span || span.oldest_id !== page.askedBefore)
      return { ...result, stale: true };
    const { newest_id: newest } = span;
    if (page.meets === true && newest !== null && !page.entries.some(({ archiveId }) => archiveId === newest))
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
    /** Only the newest page may contain messages that are still on their way to us. */
    let live = span.oldest_id === null ? span.opened_position : Number.MAX_SAFE_INTEGER;
    /** The beginning of an older span, below which the page continues. */
    let bottom = Number.MAX_SAFE_INTEGER;
    /** The beginning of an older span within which the page ends. */
    let within: Pick<Span, "oldest_id" | "oldest_at" | "oldest_position"> | null = null;
    // The page may reach into older spans: each part of it is placed into its gap. All of it is kept, because it may
    // not be possible to decrypt it again.
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
      result.annotated.push(...stored.annotated);
      result.removed.push(...stored.removed);
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
