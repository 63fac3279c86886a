/**
 * Catching up with the archive (XEP-0313): after each new session the newest page first, then back to what was held,
 * then on to the archive's beginning. Each page is one transaction with the span that it belongs to, so that a cut at
 * any time loses nothing and the next session goes on from there.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePageResult, ArchiveState, Gap, Store } from "../../../store/contract/index.ts";
import { fallback, log, logged } from "../../../log/log.ts";
import type { ArchiveEntry, IncomingMessage } from "../../../xmpp/events.ts";
import { devicesUsed } from "../../omemo/last-used.ts";
import { isUnreadable, type Open } from "../../omemo/open.ts";
import type { ArchivePage, ArchiveQuery } from "../../../xmpp/intents.ts";
import { NotConnected, StanzaError, type XmppClient } from "../../../xmpp/ports.ts";
import { createCarefulPages, type Replacing } from "./careful-pages.ts";

/** Entries of the first page, which usually is all that was missed, and of those behind it. */
export const FIRST_PAGE = 30;
export const PAGE = 200;
/** Servers round stamps to the second: by time we ask for one second more, and drop what is held. */
const SECOND = 1_000;
/** Pages on their way, or on their way to the disk, at the same time. */
const AHEAD = 3;
/** After a failure that may pass, ms. */
const AGAIN = 15_000;

interface Ports {
  store: Store;
  /** Decrypts a page; see `Open`. */
  open: Pick<Open, "page">;
  client: () => Pick<XmppClient, "archive">;
  /** A page is stored. */
  stored(result: ArchivePageResult): void;
  /** Messages that are new to all that we know of the sender's wish for a receipt. */
  arrived(message: IncomingMessage): void;
  /** How many messages were read so far; null: not at work. */
  progress(messages: number | null): void;
  /** All that was missed since the last session is here. */
  caughtUp(): void;
  /** Nothing more is to come from the archive in this session, as far as it can be had. */
  idle(): void;
}

/** Another session began while a page was on its way, or the page above it was not stored. */
class Stale extends Error {
  readonly result: ArchivePageResult;
  constructor(result: ArchivePageResult) {
    super("the span is gone");
    this.result = result;
  }
}

interface Where {
  span: number;
  /** The oldest id of the span when the page was asked for. */
  askedBefore: string | null;
  peer: { jid: BareJid; position: number } | null;
  archiveChanged: boolean;
  newFrom: number;
}

interface Answer {
  page: ArchivePage;
  archiveChanged: boolean;
}

export interface CatchUp {
  /** A session is ready: goes to work, unless at work already. */
  start(): void;
  /** The session is gone. */
  stop(): void;
  /**
   * Where messages of a chat are missing here, further back than `before`; null where nothing is, or nothing is
   * archived.
   */
  gap(chat: BareJid, before: Position | null): Promise<Gap | null>;
  /** Fetches one page of a chat below a hole. @returns false when it cannot be fetched now */
  fill(chat: BareJid, gap: Gap): Promise<boolean>;
}

/**
 * What came between the beginning of a session and its presence is only in the archive, and nobody has seen it yet.
 * @returns the index of its first entry in the newest page; the number of entries when that cannot be told
 */
function newIn(entries: readonly { archiveId: string }[], before: { id: string | null } | null): number {
  if (before === null) return entries.length;
  const last = entries.findIndex(({ archiveId }) => archiveId === before.id);
  return last === -1 && before.id !== null ? entries.length : last + 1;
}

const replacing: Replacing<ArchiveEntry> = {
  marked: ({ content, ...entry }) => ({
    ...entry,
    content:
      content?.kind === "message"
        ? { kind: "message", message: { ...content.message, body: "", encrypted: null, unreadable: "not-handled" } }
        : null,
  }),
  leftOut: ({ archiveId, stamp }) => ({ archiveId, stamp, content: null }),
};

export function createCatchUp(
  account: AccountId,
  { store, open, client, stored, arrived, progress, caughtUp, idle }: Ports,
): CatchUp {
  /** Who is at work; another object: it was stopped. */
  let current: object | null = null;
  let again: NodeJS.Timeout | null = null;
  const pages = createCarefulPages(PAGE, "app/catch-up", replacing);

  /** @throws as `ArchiveIntents.page`, but a page that begins with an unknown id is asked for by time */
  async function ask(query: ArchiveQuery, oldestAt: number | null, began?: (first: string) => void): Promise<Answer> {
    try {
      return { page: await client().archive.page(query, began), archiveChanged: false };
    } catch (error) {
      if (!(error instanceof StanzaError) || error.condition !== "item-not-found" || query.before === null) throw error;
      const until = oldestAt === null ? {} : { until: oldestAt + SECOND };
      return { page: await client().archive.page({ ...query, before: null, ...until }), archiveChanged: true };
    }
  }

  function confirm(page: ArchivePage, { fresh }: ArchivePageResult, unreadable: ReadonlySet<string>): void {
    const names = new Set(fresh.filter((archiveId) => !unreadable.has(archiveId)));
    for (const { archiveId, content } of page.entries) {
      if (content?.kind === "message" && names.has(archiveId)) arrived(content.message);
    }
  }

  async function take(page: ArchivePage, more: Where): Promise<ArchivePageResult> {
    const { first, complete } = page;
    /** What nobody can read has not arrived. */
    const unreadable = new Set<string>();
    try {
      const result = await open.page(page.entries, async (entries, changes) => {
        for (const { archiveId, content } of entries) {
          if (content?.kind === "message" && isUnreadable(content.message.protection)) unreadable.add(archiveId);
        }
        const now = Date.now();
        const read = entries.flatMap(({ stamp, content }) =>
          content?.kind === "message" ? [{ ...content.message, at: Math.min(stamp, now) }] : [],
        );
        const [done] = await store.write(
          { op: "archive.page", args: { account, entries, changes, now, first, complete, ...more } },
          ...devicesUsed(account, read),
        );
        // Nothing was stored, so no ratchet may have moved.
        if (done.stale) throw new Stale(done);
        return done;
      });
      stored(result);
      confirm(page, result, unreadable);
      return result;
    } catch (error) {
      if (error instanceof Stale) return error.result;
      throw error;
    }
  }

  async function run(me: object): Promise<void> {
    if (!(await client().archive.supported())) return;
    let count = 0;
    let changed = false;
    /** Pages that are asked for before the one in front of them is stored, or even here. */
    const ahead = new Map<string, Promise<Answer>>();
    /** Pages that are being stored; several share one wait for the disk. */
    const storing: Promise<ArchivePageResult>[] = [];

    function request(before: string | null, oldestAt: number | null, goOn: boolean): Promise<Answer> {
      const asked = before === null ? undefined : ahead.get(before);
      if (before !== null) ahead.delete(before);
      const page = pages.instead(before, oldestAt);
      if (page !== null) return Promise.resolve({ page, archiveChanged: false });
      const max = pages.size(before === null ? FIRST_PAGE : PAGE);
      return asked ?? ask({ before, max }, oldestAt, goOn ? askAhead : undefined);
    }
    function askAhead(first: string): void {
      if (pages.careful || current !== me || ahead.size >= AHEAD || ahead.has(first)) return;
      const answer = ask({ before: first, max: PAGE }, null, askAhead);
      // It may fail before anybody looks.
      answer.catch(logged("app", "a page of the archive could not be read ahead"));
      ahead.set(first, answer);
    }

    try {
      for (let state = await read(); state !== null && !state.complete;) {
        if (current !== me) return;
        const { oldestId, oldestAt, missed } = state;
        progress(count);
        // The first page after a pause usually holds all that was missed: nothing is asked for on suspicion then.
        const { page, archiveChanged } = await request(oldestId, oldestAt, missed === null || oldestId !== null);
        if (current !== me) return;
        changed ||= archiveChanged;
        count += page.entries.length;
        // A page that leads nowhere is the last: a broken server must not keep us going round.
        const complete = page.complete || page.first === null || (page.first === oldestId && !archiveChanged);
        const newFrom =
          oldestId === null ? newIn(page.entries, await client().archive.newestBefore()) : page.entries.length;
        const stored = take(
          { ...page, entries: pages.taken(oldestId, page.entries), complete },
          { span: state.span, askedBefore: oldestId, peer: null, archiveChanged: changed, newFrom },
        );
        if (missed === null && !complete && !pages.careful) {
          // Nothing older is held that this page could join: what comes next is known without waiting.
          stored.catch(logged("app", "a page of the archive could not be stored"));
          storing.push(stored);
          if (storing.length > AHEAD && (await storing.shift()!).stale) return;
          state = { ...state, oldestId: page.first, oldestAt: page.entries[0]?.stamp ?? oldestAt };
          continue;
        }
        await Promise.all([...storing.splice(0), stored]);
        pages.passed(page.entries.length);
        state = await read();
        if (missed !== null && (state?.missed ?? null) === null) caughtUp();
      }
    } finally {
      // The pages behind one that failed are stale: the next run asks for them again. It reads the state when all have
      // ended.
      await Promise.allSettled(storing);
    }
  }

  const read = (): Promise<ArchiveState | null> => store.read("archive.state", { account, archive: null });

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
          await read().catch(logged("app/catch-up", "the state of the archive could not be read", "warn"))
        )?.oldestId;
        const isFaultOfPage = before !== undefined && pages.failed(before, error);
        if (error instanceof NotConnected || current !== me) return;
        // The server is in trouble, or our disk is: this session tries again by itself.
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
      const unknown = fallback(false, "app", "it is not known whether there is an archive");
      const archived = await client().archive.supported().catch(unknown);
      return archived ? store.read("archive.gap", { account, jid, before, archive: null }) : null;
    },
    async fill(jid, { position, before, until }) {
      try {
        if (!(await client().archive.supported())) return false;
        const state = await read();
        if (state === null) return false;
        const query: ArchiveQuery = {
          with: jid,
          before,
          max: PAGE,
          ...(before !== null || until === null ? {} : { until: until + SECOND }),
        };
        const { page, archiveChanged } = await ask(query, until);
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
        // Offline, or the server cannot: the window says that something is missing, and asks again.
        return false;
      }
    },
  };
}
