/**
 * Catches up with our archive (XEP-0313): after each new session the newest page first, then back to the known
 * messages, then to the archive's beginning. Each page is one transaction together with its span, so a cut at any time
 * loses nothing and the next session continues from there.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Gap, Store } from "../../../store/contract/index.ts";
import { fallback, log, logged } from "../../../log/log.ts";
import type { ArchivePage, Inbound } from "../../../model/message.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import type { ArchiveQuery } from "../../../xmpp/intents.ts";
import { type XmppClient } from "../../../xmpp/api.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import { createPageRecovery } from "./page-recovery.ts";
import { archiveReader, SECOND, type RequestedPage, type StoredPage, type PageTarget } from "./reader.ts";

/** Number of entries of the first page, which usually contains all missed messages, and of each later page. */
export const FIRST_PAGE = 30;
export const PAGE = 200;
/** Maximum number of pages that are added to the first one until it meets the newest live message. */
const FURTHER = 5;
/** Number of tries after which the first page is stored as it is. */
const TRIES = 3;
/** Maximum number of pages that are requested or being stored at the same time. */
const AHEAD = 3;
/** Pause after a temporary failure, ms. */
const AGAIN = 15_000;

interface Ports {
  store: Store;
  decrypt: Pick<Decrypt, "page">;
  client: () => Pick<XmppClient, "archive">;
  /** A page is stored. */
  stored(result: StoredPage): void;
  /** A new message that we can read. */
  arrived(inbound: Inbound): void;
  /** Number of messages read so far; null: not running. */
  progress(messages: number | null): void;
  /** All messages missed since the last session are stored. */
  caughtUp(): void;
  /** The archive has no more for this session, or cannot be read further. */
  idle(): void;
}

export interface CatchUp {
  /** A session is ready: starts, unless it is already running. */
  start(): void;
  /** The session has ended. */
  stop(): void;
  /** Where messages of a chat are missing, further back than `before`; null if none are, or nothing is archived. */
  gap(chat: BareJid, before: Position | null): Promise<Gap | null>;
  /** Fetches one page of a chat below a gap. @returns false if it cannot be fetched now */
  fill(chat: BareJid, gap: Gap): Promise<boolean>;
}

const has = ({ entries }: ArchivePage, id: string): boolean => entries.some(({ archiveId }) => archiveId === id);

/**
 * Messages that arrive between the beginning of a session and its presence are only in the archive, and unread.
 * @returns index of the first of them in the newest page; the number of entries if it cannot be determined
 */
function newIn(entries: readonly { archiveId: string }[], before: { id: string | null } | null): number {
  if (before === null) return entries.length;
  const last = entries.findIndex(({ archiveId }) => archiveId === before.id);
  return last === -1 && before.id !== null ? entries.length : last + 1;
}

export function createCatchUp(
  account: AccountId,
  { store, decrypt, client, stored, arrived, progress, caughtUp, idle }: Ports,
): CatchUp {
  const reader = archiveReader(account, {
    store,
    decrypt,
    archive: null,
    page: (...query) => client().archive.page(...query),
  });
  /** Identifies the running loop; another object: it was stopped. */
  let current: object | null = null;
  let again: NodeJS.Timeout | null = null;
  const pages = createPageRecovery(PAGE, "app/catch-up");

  async function take(page: ArchivePage, where: PageTarget): Promise<StoredPage> {
    const taken = await reader.store(page, where);
    if (taken.stale) return taken;
    stored(taken);
    for (const one of taken.fresh) arrived(one);
    return taken;
  }

  async function run(me: object): Promise<void> {
    if (!(await client().archive.supported())) return;
    let count = 0;
    let changed = false;
    /** Pages that are requested before the page in front of them is stored or even received. */
    const ahead = new Map<string, Promise<RequestedPage>>();
    /** Pages that are being stored; several share one wait for the disk. */
    const storing: Promise<StoredPage>[] = [];

    function request(before: string | null, oldestAt: number | null, goOn: boolean): Promise<RequestedPage> {
      const asked = before === null ? undefined : ahead.get(before);
      if (before !== null) ahead.delete(before);
      const page = pages.substitute(before, oldestAt);
      if (page !== null) return Promise.resolve({ page, archiveChanged: false });
      const max = pages.size(before === null ? FIRST_PAGE : PAGE);
      return asked ?? reader.request({ before, max }, oldestAt, goOn ? askAhead : undefined);
    }
    function askAhead(first: string): void {
      if (pages.isEntryByEntry || current !== me || ahead.size >= AHEAD || ahead.has(first)) return;
      const answer = reader.request({ before: first, max: PAGE }, null, askAhead);
      // It may fail before anything awaits it.
      answer.catch(logged("app", "a page of the archive could not be read ahead"));
      ahead.set(first, answer);
    }

    /**
     * The first page with those before it, down to the newest live message, which shows where the page belongs. A
     * session that only gets copies of what another device gets may have missed any number of messages after it.
     */
    async function downTo(newestId: string, page: ArchivePage): Promise<ArchivePage> {
      let long = page;
      for (let further = 0; further < FURTHER && !pages.isEntryByEntry; further++) {
        const { first, complete, entries } = long;
        if (complete || first === null || has(long, newestId)) break;
        const { page: older, archiveChanged } = await request(first, null, false);
        if (archiveChanged) break;
        const isEnd = older.complete || older.first === null || older.first === first;
        long = { entries: [...older.entries, ...entries], first: older.first ?? first, complete: isEnd };
      }
      return long;
    }

    /** How often the first page was stale. */
    let tries = 0;
    try {
      for (let state = await reader.state(); state !== null && !state.complete;) {
        if (current !== me) return;
        const { oldestId, oldestAt, newestId, missed } = state;
        const isFirst = oldestId === null;
        progress(count);
        // The first page after a pause usually has all missed messages, so it is requested without reading ahead.
        const asked = await request(oldestId, oldestAt, missed === null || !isFirst);
        const { archiveChanged } = asked;
        const page = isFirst && newestId !== null ? await downTo(newestId, asked.page) : asked.page;
        if (current !== me) return;
        const meets = isFirst && !pages.isEntryByEntry && (newestId === null || has(page, newestId)) && tries < TRIES;
        changed ||= archiveChanged;
        count += page.entries.length;
        // A page that does not lead further back is the last: a broken server must not cause an endless loop.
        const complete = page.complete || page.first === null || (page.first === oldestId && !archiveChanged);
        const newFrom = isFirst ? newIn(page.entries, await client().archive.newestBefore()) : page.entries.length;
        const stored = take(
          { ...page, entries: pages.storable(oldestId, page.entries), complete },
          { span: state.span, askedBefore: oldestId, meets, peer: null, archiveChanged: changed, newFrom },
        );
        if (missed === null && !isFirst && !complete && !pages.isEntryByEntry) {
          // No known older span can meet this page, so the next request does not depend on its result.
          stored.catch(logged("app", "a page of the archive could not be stored"));
          storing.push(stored);
          if (storing.length > AHEAD && (await storing.shift()!).stale) return;
          state = { ...state, oldestId: page.first, oldestAt: page.entries[0]?.stamp ?? oldestAt };
          continue;
        }
        const { stale } = (await Promise.all([...storing.splice(0), stored])).at(-1)!;
        if (isFirst && stale) tries++;
        pages.stored(page.entries.length);
        state = await reader.state();
        if (missed !== null && (state?.missed ?? null) === null) caughtUp();
      }
    } finally {
      // Pages after a failed one are stale: the next run requests them again. It reads the state after all have ended.
      await Promise.allSettled(storing);
    }
  }

  function start(): void {
    if (current !== null) return;
    const me = (current = {});
    run(me)
      .then(() => {
        if (current === me) idle();
      })
      .catch(async (error: unknown) => {
        log.warn("app/catch-up", "a page of the archive could not be read", error);
        const before = (
          await reader.state().catch(logged("app/catch-up", "the state of the archive could not be read", "warn"))
        )?.oldestId;
        const isFaultOfPage = before !== undefined && pages.failed(before, error);
        if (error instanceof NotConnected || current !== me) return;
        // The server or our disk is in trouble: this session tries again by itself.
        again = setTimeout(start, isFaultOfPage ? 0 : AGAIN).unref();
      })
      .finally(() => {
        if (current !== me) return;
        current = null;
        progress(null);
      });
  }

  return {
    start,
    stop() {
      if (again !== null) clearTimeout(again);
      again = null;
      if (current !== null) progress(null);
      current = null;
    },
    async gap(jid, before) {
      const unknown = fallback(false, "app", "the server did not say whether it has an archive");
      const archived = await client().archive.supported().catch(unknown);
      return archived ? store.read("archive.gap", { account, jid, before, archive: null }) : null;
    },
    async fill(jid, { position, before, until }) {
      try {
        if (!(await client().archive.supported())) return false;
        const state = await reader.state();
        if (state === null) return false;
        const query: ArchiveQuery = {
          with: jid,
          before,
          max: PAGE,
          ...(before !== null || until === null ? {} : { until: until + SECOND }),
        };
        const { page, archiveChanged } = await reader.request(query, until);
        const complete = page.complete || page.first === null || page.first === before;
        await take(
          { ...page, complete },
          {
            span: state.span,
            askedBefore: before,
            peer: { jid, position },
            archiveChanged,
            newFrom: page.entries.length,
          },
        );
        return true;
      } catch (error) {
        log.debug("app", "a gap could not be filled", error);
        // We are offline or the server failed: the window shows that messages are missing, and asks again.
        return false;
      }
    },
  };
}
