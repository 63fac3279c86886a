/**
 * Catching up with the archive (XEP-0313): after each new session the newest page first, then back to what was held,
 * then on to the archive's beginning. Each page is one transaction with the span that it belongs to, so that a cut at
 * any time loses nothing and the next session goes on from there.
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
import { createCarefulPages } from "./careful-pages.ts";
import { archiveReader, SECOND, type Answer, type Taken, type Where } from "./reader.ts";

/** Entries of the first page, which usually is all that was missed, and of those behind it. */
export const FIRST_PAGE = 30;
export const PAGE = 200;
/** Pages on their way, or on their way to the disk, at the same time. */
const AHEAD = 3;
/** After a failure that may pass, ms. */
const AGAIN = 15_000;

interface Ports {
  store: Store;
  decrypt: Pick<Decrypt, "page">;
  client: () => Pick<XmppClient, "archive">;
  /** A page is stored. */
  stored(result: Taken): void;
  /** A message that is new, and that we can read. */
  arrived(inbound: Inbound): void;
  /** How many messages were read so far; null: not at work. */
  progress(messages: number | null): void;
  /** All that was missed since the last session is here. */
  caughtUp(): void;
  /** Nothing more is to come from the archive in this session, as far as it can be had. */
  idle(): void;
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
  /** Fetches one page of a chat below a gap. @returns false when it cannot be fetched now */
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
  /** Who is at work; another object: it was stopped. */
  let current: object | null = null;
  let again: NodeJS.Timeout | null = null;
  const pages = createCarefulPages(PAGE, "app/catch-up");

  async function take(page: ArchivePage, where: Where): Promise<Taken> {
    const taken = await reader.take(page, where);
    if (taken.stale) return taken;
    stored(taken);
    for (const one of taken.fresh) arrived(one);
    return taken;
  }

  async function run(me: object): Promise<void> {
    if (!(await client().archive.supported())) return;
    let count = 0;
    let changed = false;
    /** Pages that are asked for before the one in front of them is stored, or even here. */
    const ahead = new Map<string, Promise<Answer>>();
    /** Pages that are being stored; several share one wait for the disk. */
    const storing: Promise<Taken>[] = [];

    function request(before: string | null, oldestAt: number | null, goOn: boolean): Promise<Answer> {
      const asked = before === null ? undefined : ahead.get(before);
      if (before !== null) ahead.delete(before);
      const page = pages.instead(before, oldestAt);
      if (page !== null) return Promise.resolve({ page, archiveChanged: false });
      const max = pages.size(before === null ? FIRST_PAGE : PAGE);
      return asked ?? reader.ask({ before, max }, oldestAt, goOn ? askAhead : undefined);
    }
    function askAhead(first: string): void {
      if (pages.careful || current !== me || ahead.size >= AHEAD || ahead.has(first)) return;
      const answer = reader.ask({ before: first, max: PAGE }, null, askAhead);
      // It may fail before anybody looks.
      answer.catch(logged("app", "a page of the archive could not be read ahead"));
      ahead.set(first, answer);
    }

    try {
      for (let state = await reader.state(); state !== null && !state.complete;) {
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
        state = await reader.state();
        if (missed !== null && (state?.missed ?? null) === null) caughtUp();
      }
    } finally {
      // The pages behind one that failed are stale: the next run asks for them again. It reads the state when all have
      // ended.
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
        const state = await reader.state();
        if (state === null) return false;
        const query: ArchiveQuery = {
          with: jid,
          before,
          max: PAGE,
          ...(before !== null || until === null ? {} : { until: until + SECOND }),
        };
        const { page, archiveChanged } = await reader.ask(query, until);
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
