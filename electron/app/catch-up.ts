/**
 * Catching up with the archive (XEP-0313): after each new session the newest page first, then back to what was held,
 * then on to the archive's beginning. Each page is one transaction with the span that it belongs to, so that a cut at
 * any time loses nothing and the next session goes on from there.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { ArchivePageResult, ArchiveState, Hole, Store } from "../store/contract.ts";
import type { IncomingMessage } from "../xmpp/events.ts";
import type { ArchivePage, ArchiveQuery } from "../xmpp/intents.ts";
import { NotConnected, StanzaError, type XmppClient } from "../xmpp/ports.ts";

/** Entries of the first page, which usually is all that was missed, and of those behind it. */
export const FIRST_PAGE = 30;
export const PAGE = 200;
/** Servers round stamps to the second: by time we ask for one second more, and drop what is held. */
const SECOND = 1_000;
/** After a failure that may pass, ms. */
const AGAIN = 15_000;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "archive">;
  /** A page is stored. */
  stored(result: ArchivePageResult): void;
  /** Messages that are new to all that we know of the sender's wish for a receipt. */
  arrived(message: IncomingMessage): void;
  /** How many messages were read so far; null: not at work. */
  progress(messages: number | null): void;
  /** All that was missed since the last session is here. */
  caughtUp(): void;
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
  /** Fetches one page of a chat below a hole. @returns false when it cannot be fetched now */
  fill(chat: BareJid, hole: Hole): Promise<boolean>;
}

export function createCatchUp(account: AccountId, { store, client, stored, arrived, progress, caughtUp }: Ports): CatchUp {
  /** Who is at work; another object: it was stopped. */
  let current: object | null = null;
  let again: NodeJS.Timeout | null = null;

  /** @throws as `ArchiveIntents.page`, but a page that begins with an unknown id is asked for by time */
  async function ask(query: ArchiveQuery, oldestAt: number | null): Promise<Answer> {
    try {
      return { page: await client().archive.page(query), archiveChanged: false };
    } catch (error) {
      if (!(error instanceof StanzaError) || error.condition !== "item-not-found" || query.before === null) throw error;
      const until = oldestAt === null ? {} : { until: oldestAt + SECOND };
      return { page: await client().archive.page({ ...query, before: null, ...until }), archiveChanged: true };
    }
  }

  function confirm(page: ArchivePage, { fresh }: ArchivePageResult): void {
    const names = new Set(fresh);
    for (const { archiveId, content } of page.entries) {
      if (content?.kind === "message" && names.has(archiveId)) arrived(content.message);
    }
  }

  async function take(page: ArchivePage, more: { span: number; peer: { jid: BareJid; position: number } | null; archiveChanged: boolean }): Promise<ArchivePageResult> {
    const { entries, first, complete } = page;
    const [result] = await store.write({ op: "archive.page", args: { account, entries, first, complete, ...more } });
    if (!result.stale) {
      stored(result);
      confirm(page, result);
    }
    return result;
  }

  /** The page behind this one is asked for while this one is stored, unless this one is likely to be the last. */
  const goesOn = ({ entries, first, complete }: ArchivePage, state: ArchiveState): boolean =>
    first !== null && !complete && first !== state.oldestId && !entries.some((entry) => entry.archiveId === state.missed?.until);

  async function run(me: object): Promise<void> {
    if (!(await client().archive.supported())) return;
    let count = 0;
    let changed = false;
    let ahead: { before: string; answer: Promise<Answer> } | null = null;
    for (let state = await read(); state !== null && !state.complete; ) {
      if (current !== me) return;
      const { oldestId, oldestAt } = state;
      const asked: Promise<Answer> = ahead !== null && ahead.before === oldestId ? ahead.answer : ask({ before: oldestId, max: oldestId === null ? FIRST_PAGE : PAGE }, oldestAt);
      progress(count);
      const { page, archiveChanged } = await asked;
      if (current !== me) return;
      changed ||= archiveChanged;
      count += page.entries.length;
      ahead = null;
      if (goesOn(page, state)) {
        const before = page.first!;
        ahead = { before, answer: ask({ before, max: PAGE }, page.entries[0]?.stamp ?? oldestAt) };
        // It may fail before anybody looks.
        ahead.answer.catch(() => undefined);
      }
      // A page that leads nowhere is the last: a broken server must not keep us going round.
      const complete = page.complete || page.first === null || (page.first === oldestId && !archiveChanged);
      await take({ ...page, complete }, { span: state.span, peer: null, archiveChanged: changed });
      const missed = state.missed;
      state = await read();
      if (missed !== null && (state?.missed ?? null) === null) caughtUp();
    }
  }

  const read = (): Promise<ArchiveState | null> => store.read("archive.state", { account });

  function start(): void {
    if (current !== null) return;
    const me = (current = {});
    run(me)
      .catch((error: unknown) => {
        if (error instanceof NotConnected || current !== me) return;
        // The server is in trouble, or our disk is: this session tries again by itself.
        again = setTimeout(start, AGAIN).unref();
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
    async fill(jid, { position, before, until }) {
      try {
        if (!(await client().archive.supported())) return false;
        const state = await read();
        if (state === null) return false;
        const query: ArchiveQuery = { with: jid, before, max: PAGE, ...(before !== null || until === null ? {} : { until: until + SECOND }) };
        const { page, archiveChanged } = await ask(query, until);
        const complete = page.complete || page.first === null || page.first === before;
        await take({ ...page, complete }, { span: state.span, peer: { jid, position }, archiveChanged });
        return true;
      } catch {
        // Offline, or the server cannot: the window says that something is missing, and asks again.
        return false;
      }
    },
  };
}
