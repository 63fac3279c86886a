/**
 * The archive of a room (XEP-0313). Messages missed since we were last in the room are read at once, newest page first.
 * Older ones are read when the user scrolls back, because rooms may have years of history.
 */
import pLimit, { type LimitFunction } from "p-limit";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../../shared/model/primitives.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { Gap, Store } from "../../../store/contract/index.ts";
import { type XmppClient } from "../../../xmpp/api.ts";
import { NotConnected, StanzaError } from "../../../xmpp/stream.ts";
import { log } from "../../../log/log.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import { withMention } from "../../rooms/mentions.ts";
import { createPageRecovery, type PageRecovery } from "./page-recovery.ts";
import type { SearchableArchive } from "./find-arrived.ts";
import { archiveReader, type ArchiveReader, type StoredPage } from "./reader.ts";

const FIRST_PAGE = 50;
const PAGE = 200;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "rooms">;
  /** @param missed the messages arrived while we were away; else the user scrolled back to them */
  stored(result: StoredPage, missed: boolean): void;
  /** The missed messages of all rooms that were being read are stored, or cannot be read now. */
  caughtUp(): void;
  isIn: (room: BareJid) => boolean;
  /** Our nickname in the room, to find mentions of us. */
  nickname: (room: BareJid) => string;
  decrypt: Pick<Decrypt, "page">;
  /** Resolves when the members of the room are known, as far as possible. */
  membersKnown: (room: BareJid) => Promise<void>;
}

export interface RoomArchive {
  /** Reads missed messages. Resolves when they are stored, or cannot be read now. */
  catchUp(room: BareJid): Promise<void>;
  /** Goes on with that where it was cut; does nothing where it was not. */
  goOn(room: BareJid): Promise<void>;
  /** As `CatchUp.gap` and `CatchUp.fill`, for the chat of a room. */
  gap(room: BareJid, before: Position | null): Promise<Gap | null>;
  fill(room: BareJid): Promise<boolean>;
}

export function createRoomArchive(
  account: AccountId,
  { store, client, stored, caughtUp, isIn, nickname, decrypt, membersKnown }: Ports,
): RoomArchive {
  const careful = new Map<BareJid, PageRecovery>();
  const turns = new Map<BareJid, LimitFunction>();
  /** Number of rooms whose missed messages are being read. */
  let reading = 0;
  const readerOf = (room: BareJid): ArchiveReader =>
    archiveReader(account, {
      store,
      decrypt,
      archive: room,
      page: (...query) => client().rooms.page(room, ...query),
      kept: (inbound) => withMention(inbound, nickname(room)),
    });

  /** Reads one page below the known messages. @returns false if there are no more, or the session has ended */
  async function step(room: BareJid): Promise<boolean> {
    const reader = readerOf(room);
    const before = await reader.state();
    if (before === null || before.complete) return false;
    const { span, oldestId, oldestAt } = before;
    const pages = pagesOf(room);
    const known = pages.substitute(oldestId, oldestAt);
    const max = pages.size(oldestId === null ? FIRST_PAGE : PAGE);
    const { page, archiveChanged } =
      known === null
        ? await reader.request({ before: oldestId, max }, oldestAt)
        : { page: known, archiveChanged: false };
    // A page that does not lead further back is the last.
    const complete = page.complete || page.first === null || (page.first === oldestId && !archiveChanged);
    // The members of the room determine whose sessions are tried.
    await membersKnown(room);
    const entries = pages.storable(oldestId, page.entries);
    const where = { span, askedBefore: oldestId, peer: null, archiveChanged, newFrom: entries.length };
    const taken = await reader.store({ ...page, entries, complete }, where);
    if (taken.stale) return false;
    stored(taken, before.missed !== null || oldestId === null);
    pages.stored(page.entries.length);
    return !complete;
  }

  function pagesOf(room: BareJid): PageRecovery {
    const known = careful.get(room) ?? createPageRecovery(PAGE, "app/rooms");
    careful.set(room, known);
    return known;
  }

  /** Requests a page again that fails by its own fault, in smaller parts each time. */
  async function attempt(room: BareJid): Promise<boolean> {
    for (;;) {
      try {
        return await step(room);
      } catch (error) {
        log.warn("app/rooms", "a page of a room's archive could not be read", error);
        const isFaultOfPage = pagesOf(room).failed((await readerOf(room).state())?.oldestId ?? null, error);
        if (!isFaultOfPage || error instanceof NotConnected) throw error;
      }
    }
  }

  /** One step of a room at a time: two would request the same page. */
  function next(room: BareJid): Promise<boolean> {
    const inTurn = turns.get(room) ?? pLimit(1);
    turns.set(room, inTurn);
    return inTurn(() => attempt(room));
  }

  async function catchUp(room: BareJid): Promise<void> {
    reading++;
    try {
      for (let more = await next(room); more;) {
        if (((await readerOf(room).state())?.missed ?? null) === null) return;
        more = await next(room);
      }
    } catch (error) {
      // Scrolling back, the session when it goes on, or the next time that we enter, goes on from here.
      if (!(error instanceof NotConnected) && !(error instanceof StanzaError)) throw error;
    } finally {
      if (--reading === 0) caughtUp();
    }
  }

  return {
    catchUp,
    async goOn(room) {
      const state = await readerOf(room).state();
      if (state === null || state.complete) return;
      if (state.oldestId === null || state.missed !== null) await catchUp(room);
    },
    // Only occupants may read the archive of a room.
    gap: async (room, before) =>
      isIn(room)
        ? store.read("archive.gap", { account, jid: room, before, archive: room } satisfies ChatKey & {
            before: Position | null;
            archive: BareJid;
          })
        : null,
    async fill(room) {
      try {
        await next(room);
        return true;
      } catch (error) {
        log.debug("app/rooms", "a gap of a room could not be filled", error);
        // The window shows that messages are missing, and asks again.
        return false;
      }
    },
  };
}

/** Where to search for our messages after their session ended without an acknowledgement. */
export const searchableRoomArchive = (
  room: BareJid,
  client: Ports["client"],
  isArchived: () => boolean,
): SearchableArchive => ({
  supported: async () => isArchived(),
  page: ({ with: _, ...query }) => client().rooms.page(room, query),
});
