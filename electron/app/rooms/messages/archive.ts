/**
 * The archive of a room (XEP-0313): what was missed since we were in last is read at once, newest page first; what is
 * older comes when the user scrolls there, since rooms may hold years.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../../shared/model/primitives.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { ArchivePageResult, ArchiveState, Gap, Store } from "../../../store/contract/index.ts";
import { NotConnected, StanzaError, type XmppClient } from "../../../xmpp/ports.ts";
import type { RoomArchivePage } from "../../../xmpp/room-intents.ts";
import { fallback, log, logged } from "../../../log/log.ts";
import type { RoomArchiveEntry } from "../../../xmpp/room-events.ts";
import { storedRoomAmendment } from "../../messaging/amendments/stored.ts";
import { createCarefulPages, type CarefulPages, type Replacing } from "../../messaging/archive/careful-pages.ts";
import type { Searchable } from "../../messaging/archive/find-arrived.ts";
import { devicesUsed } from "../../omemo/last-used.ts";
import type { OpenRoom } from "../../omemo/open-room.ts";
import { storedMessage } from "./stored-message.ts";

const FIRST_PAGE = 50;
const PAGE = 200;
/** Servers round stamps to the second. */
const SECOND = 1_000;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "rooms">;
  stored(result: ArchivePageResult): void;
  isIn: (room: BareJid) => boolean;
  /** Our nickname there, for what names us. */
  nickname: (room: BareJid) => string;
  open: Pick<OpenRoom, "page">;
  /** Settles when it is known who belongs to the room, as far as it can be. */
  membersKnown: (room: BareJid) => Promise<void>;
}

/** Another session began while a page was on its way: nothing was stored, so no ratchet may have moved. */
class Stale extends Error {}

export interface RoomArchive {
  /** Reads what was missed. Settles when it is here, or cannot be had now. */
  catchUp(room: BareJid): Promise<void>;
  /** As `CatchUp.hole` and `CatchUp.fill`, for the chat of a room. */
  gap(room: BareJid, before: Position | null): Promise<Gap | null>;
  fill(room: BareJid): Promise<boolean>;
}

export function createRoomArchive(
  account: AccountId,
  { store, client, stored, isIn, nickname, open, membersKnown }: Ports,
): RoomArchive {
  const careful = new Map<BareJid, CarefulPages<RoomArchiveEntry>>();
  const working = new Map<BareJid, Promise<boolean>>();
  const state = (archive: BareJid): Promise<ArchiveState | null> => store.read("archive.state", { account, archive });

  async function ask(
    room: BareJid,
    { oldestId, oldestAt }: ArchiveState,
  ): Promise<{ page: RoomArchivePage; archiveChanged: boolean }> {
    const max = pagesOf(room).size(oldestId === null ? FIRST_PAGE : PAGE);
    try {
      return { page: await client().rooms.page(room, { before: oldestId, max }), archiveChanged: false };
    } catch (error) {
      if (!(error instanceof StanzaError) || error.condition !== "item-not-found" || oldestId === null) throw error;
      const until = oldestAt === null ? {} : { until: oldestAt + SECOND };
      return { page: await client().rooms.page(room, { before: null, max, ...until }), archiveChanged: true };
    }
  }

  /** One page below what is held. @returns false when there is nothing more, or the session is over */
  async function step(room: BareJid): Promise<boolean> {
    const before = await state(room);
    if (before === null || before.complete) return false;
    const pages = pagesOf(room);
    const known = pages.instead(before.oldestId, before.oldestAt);
    const { page, archiveChanged } = known === null ? await ask(room, before) : { page: known, archiveChanged: false };
    // A page that leads nowhere is the last.
    const complete = page.complete || page.first === null || (page.first === before.oldestId && !archiveChanged);
    // Whose sessions may be tried is known by who belongs to the room.
    await membersKnown(room);
    try {
      stored(
        await take(
          room,
          { ...page, entries: pages.taken(before.oldestId, page.entries) },
          { span: before.span, askedBefore: before.oldestId, complete, archiveChanged },
        ),
      );
      pages.passed(page.entries.length);
      return !complete;
    } catch (error) {
      if (error instanceof Stale) return false;
      throw error;
    }
  }

  function take(
    room: BareJid,
    { entries: found, first }: RoomArchivePage,
    more: { span: number; askedBefore: string | null; complete: boolean; archiveChanged: boolean },
  ): Promise<ArchivePageResult> {
    return open.page(found, async (opened, changes) => {
      const now = Date.now();
      const entries = found.map(({ archiveId, stamp, message, amendment }, at) => {
        const what = opened[at] ?? null;
        const more =
          amendment === undefined
            ? {}
            : { amendment: storedRoomAmendment({ ...amendment, delayedAt: null }, archiveId, stamp) };
        return {
          archiveId,
          stamp,
          message: message === null || what === null ? null : storedMessage(message, what, nickname(room)),
          ...more,
        };
      });
      const read = opened.flatMap((one, at) =>
        one === null || one.jid === null
          ? []
          : [{ from: one.jid, protection: one.protection, at: Math.min(found[at]!.stamp, now) }],
      );
      const [result] = await store.write(
        { op: "archive.roomPage", args: { account, room, entries, first, ...more, changes, now } },
        ...devicesUsed(account, read),
      );
      if (result.stale) throw new Stale();
      return result;
    });
  }

  function pagesOf(room: BareJid): CarefulPages<RoomArchiveEntry> {
    const known = careful.get(room) ?? createCarefulPages(PAGE, "app/rooms", replacing);
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
        const isFaultOfPage = pagesOf(room).failed((await state(room))?.oldestId ?? null, error);
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
      try {
        for (let more = await next(room); more;) {
          if (((await state(room))?.missed ?? null) === null) return;
          more = await next(room);
        }
      } catch (error) {
        // Scrolling back, or the next time that we enter, goes on from here.
        if (!(error instanceof NotConnected) && !(error instanceof StanzaError)) throw error;
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

const replacing: Replacing<RoomArchiveEntry> = {
  marked: ({ archiveId, stamp, message }) => ({
    archiveId,
    stamp,
    message: message === null ? null : { ...message, body: "", encrypted: null, unreadable: "not-handled" },
  }),
  leftOut: ({ archiveId, stamp }) => ({ archiveId, stamp, message: null }),
};

/** Where messages of ours can be looked for after an unclear end. */
export const searchable = (room: BareJid, client: Ports["client"], isArchived: () => boolean): Searchable => ({
  supported: async () => isArchived(),
  async page({ with: _, ...query }) {
    const { entries, first, complete } = await client().rooms.page(room, query);
    return {
      first,
      complete,
      entries: entries.map(({ stamp, message: one, amendment = null }) => ({
        stamp,
        content: (one ?? amendment)?.own === true ? { kind: "message", message: (one ?? amendment)! } : null,
      })),
    };
  },
});
