/**
 * The archive of a room (XEP-0313): what was missed since we were in last is read at once, newest page first; what is
 * older comes when the user scrolls there, since rooms may hold years.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../../shared/model/primitives.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { Gap, Store } from "../../../store/contract/index.ts";
import { type XmppClient } from "../../../xmpp/api.ts";
import { NotConnected, StanzaError } from "../../../xmpp/stream.ts";
import { fallback, log, logged } from "../../../log/log.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import { withMention } from "../../rooms/mentions.ts";
import { createCarefulPages, type CarefulPages } from "./careful-pages.ts";
import type { Searchable } from "./find-arrived.ts";
import { archiveReader, type ArchiveReader, type Taken } from "./reader.ts";

const FIRST_PAGE = 50;
const PAGE = 200;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "rooms">;
  /** @param missed it came while we were away, as far as is known; else the user scrolled there */
  stored(result: Taken, missed: boolean): void;
  /** What was missed in all rooms that were read is here, or cannot be had now. */
  caughtUp(): void;
  isIn: (room: BareJid) => boolean;
  /** Our nickname there, for what names us. */
  nickname: (room: BareJid) => string;
  decrypt: Pick<Decrypt, "page">;
  /** Settles when it is known who belongs to the room, as far as it can be. */
  membersKnown: (room: BareJid) => Promise<void>;
}

export interface RoomArchive {
  /** Reads what was missed. Settles when it is here, or cannot be had now. */
  catchUp(room: BareJid): Promise<void>;
  /** As `CatchUp.gap` and `CatchUp.fill`, for the chat of a room. */
  gap(room: BareJid, before: Position | null): Promise<Gap | null>;
  fill(room: BareJid): Promise<boolean>;
}

export function createRoomArchive(
  account: AccountId,
  { store, client, stored, caughtUp, isIn, nickname, decrypt, membersKnown }: Ports,
): RoomArchive {
  const careful = new Map<BareJid, CarefulPages>();
  const working = new Map<BareJid, Promise<boolean>>();
  /** Rooms whose missed messages are being read. */
  let reading = 0;
  const readerOf = (room: BareJid): ArchiveReader =>
    archiveReader(account, {
      store,
      decrypt,
      archive: room,
      page: (...query) => client().rooms.page(room, ...query),
      kept: (inbound) => withMention(inbound, nickname(room)),
    });

  /** One page below what is held. @returns false when there is nothing more, or the session is over */
  async function step(room: BareJid): Promise<boolean> {
    const reader = readerOf(room);
    const before = await reader.state();
    if (before === null || before.complete) return false;
    const { span, oldestId, oldestAt } = before;
    const pages = pagesOf(room);
    const known = pages.instead(oldestId, oldestAt);
    const max = pages.size(oldestId === null ? FIRST_PAGE : PAGE);
    const { page, archiveChanged } =
      known === null ? await reader.ask({ before: oldestId, max }, oldestAt) : { page: known, archiveChanged: false };
    // A page that leads nowhere is the last.
    const complete = page.complete || page.first === null || (page.first === oldestId && !archiveChanged);
    // Whose sessions may be tried is known by who belongs to the room.
    await membersKnown(room);
    const entries = pages.taken(oldestId, page.entries);
    const where = { span, askedBefore: oldestId, peer: null, archiveChanged, newFrom: entries.length };
    const taken = await reader.take({ ...page, entries, complete }, where);
    if (taken.stale) return false;
    stored(taken, before.missed !== null || oldestId === null);
    pages.passed(page.entries.length);
    return !complete;
  }

  function pagesOf(room: BareJid): CarefulPages {
    const known = careful.get(room) ?? createCarefulPages(PAGE, "app/rooms");
    careful.set(room, known);
    return known;
  }

  /** A page that fails by its own fault is asked for once more, with more care each time. */
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

  /** One after another: two would ask for the same page. */
  function next(room: BareJid): Promise<boolean> {
    const turn = (working.get(room) ?? Promise.resolve(true))
      .catch(fallback(true, "app/rooms", "a step through the archive of a room failed"))
      .then(() => attempt(room));
    working.set(room, turn);
    void turn.catch(logged("app/rooms", "a step through the archive of a room failed", "warn")).finally(() => {
      if (working.get(room) === turn) working.delete(room);
    });
    return turn;
  }

  return {
    async catchUp(room) {
      reading++;
      try {
        for (let more = await next(room); more;) {
          if (((await readerOf(room).state())?.missed ?? null) === null) return;
          more = await next(room);
        }
      } catch (error) {
        // Scrolling back, or the next time that we enter, goes on from here.
        if (!(error instanceof NotConnected) && !(error instanceof StanzaError)) throw error;
      } finally {
        if (--reading === 0) caughtUp();
      }
    },
    // Its archive is for those who are in.
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
        // The window says that something is missing, and asks again.
        return false;
      }
    },
  };
}

/** Where messages of ours can be looked for after an unclear end. */
export const searchable = (room: BareJid, client: Ports["client"], isArchived: () => boolean): Searchable => ({
  supported: async () => isArchived(),
  page: ({ with: _, ...query }) => client().rooms.page(room, query),
});
