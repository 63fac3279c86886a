/**
 * The rooms of one account: which there are, entering them with every session, what comes from them, and what the
 * window shows of them.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Room } from "../../../shared/model/room.ts";
import type { Taken } from "../messaging/archive/reader.ts";
import type { StoredRoom } from "../../store/contract/index.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import type { RoomEvent } from "../../xmpp/room-events.ts";
import { logged } from "../../log/log.ts";
import { applyBookmarks, saveBookmark } from "./bookmarks/bookmarked.ts";
import { createCreation } from "./creation.ts";
import { createRoomNotices } from "./notices/notices.ts";
import { createFloods } from "./floods.ts";
import { createOccupants } from "./occupants.ts";
import { inTurns, oneAtATime } from "./in-turns.ts";
import { asLeft, neverKnown, viewOf, type Live } from "./live.ts";
import type { Rooms, RoomsPorts } from "./ports.ts";
import { createRoomRequests } from "./requests/requests.ts";
import { createRoomEncryption } from "./members/encryption.ts";
import { createRoomArchive, searchable } from "../messaging/archive/room-archives.ts";

/** Rooms whose archives are read at the same time. */
const AT_ONCE = 4;
/** A room that lost us, or shut down, is entered again after this, ms. */
const AGAIN = 5_000;
const notEntered = logged("app/rooms", "a room could not be entered", "warn");
const FLOODING = { state: "out", problem: "flooding", text: "", by: null, alternate: null } as const;
const WORTH_TRYING = new Set(["lost", "timeout", "shutdown", "no-server"]);

export function createRooms(account: AccountId, ports: RoomsPorts): Rooms {
  const { store, client, publish, notifications, openChats } = ports;
  const rooms = new Map<BareJid, Live>();
  const occupants = createOccupants();
  const encryption = createRoomEncryption(account, {
    ...{
      store,
      client,
      publish,
      own: ports.own,
      isContact: ports.isContact,
      devices: ports.encryption.peers,
      readTraits: refresh,
      isIn,
      tell,
    },
    traits: (room) => rooms.get(room)?.traits ?? null,
  });
  const nickname = (room: BareJid): string => rooms.get(room)?.stored.nickname ?? "";
  const archive = createRoomArchive(account, {
    store,
    client,
    stored: fromArchive,
    caughtUp: () => ports.news().tell(),
    isIn,
    nickname,
    decrypt: ports.encryption.decrypt,
    membersKnown: encryption.known,
  });
  function isIn(room: BareJid): boolean {
    return rooms.get(room)?.state.state === "joined";
  }
  const creation = createCreation(client);
  const requests = createRoomRequests(account, { client, pending: ports.pending });
  const notices = createRoomNotices(account, {
    store,
    changed: (notice) => openChats.has({ account, jid: notice.jid }) && publish("rooms.noticed", { notices: [notice] }),
  });
  /** In this session: who enters once more meanwhile misses some of who is there. */
  const entered = new Set<BareJid>();

  const view = (room: BareJid): Room => viewOf(rooms.get(room)!, encryption.shown(room), occupants.count(room));
  function tell(...changed: BareJid[]): void {
    const views = changed.flatMap((room) => (rooms.has(room) ? [view(room)] : []));
    if (views.length > 0) publish("rooms.changed", { changed: views, removed: [] });
  }
  function changed(messages: Message[], chats: Chat[]): void {
    if (messages.length > 0) publish("messages.changed", { changed: messages, removed: [] });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
    notifications.refreshBadge();
  }

  function fromArchive({ messages, amended, chats }: Taken, missed: boolean): void {
    changed(
      [...messages, ...amended].filter((message) => openChats.has({ account, jid: message.chat })),
      chats,
    );
    if (missed) ports.news().add(messages, chats);
  }

  async function keep(live: Live, change: Partial<StoredRoom>): Promise<void> {
    live.stored = { ...live.stored, ...change };
    await store.write({ op: "room.put", args: live.stored });
  }

  function live(room: BareJid): Live {
    const known = rooms.get(room);
    if (known !== undefined) return known;
    const made = asLeft(neverKnown(account, room));
    rooms.set(room, made);
    return made;
  }

  /** One slow room delays nobody: each is on its own. */
  async function enter(room: BareJid): Promise<void> {
    const one = live(room);
    one.state = { state: "joining" };
    entered.add(room);
    tell(room);
    try {
      const info = await client()
        .rooms.info(room)
        .catch((error: unknown) => {
          if (error instanceof NotConnected) throw error;
          // It is made by entering it, or says what is wrong when we do.
          return null;
        });
      if (one.state.state !== "joining") return;
      if (info !== null) {
        one.traits = info.traits;
        await keep(one, { archived: info.traits.archived, name: one.stored.name === "" ? info.name : one.stored.name });
      }
      const { nickname, password, archived } = one.stored;
      if (archived) await store.write({ op: "archive.open", args: { account, archive: room, now: Date.now() } });
      const since = archived ? null : ((await store.read("room.lastAt", { account, jid: room })) ?? 0);
      occupants.clear(room);
      await client().rooms.join({ room, nickname, password, since });
    } catch (error) {
      // The next session enters again.
      entered.delete(room);
      if (!(error instanceof NotConnected)) throw error;
    }
  }
  const enterSoon = (room: BareJid): void => void enter(room).catch(notEntered);

  const floods = createFloods({
    enter: enterSoon,
    blocked(room) {
      live(room).state = FLOODING;
      tell(room);
    },
  });

  /** What was missed, a few rooms at a time. */
  const read = inTurns(AT_ONCE, archive.catchUp);

  function out(event: Extract<RoomEvent, { type: "room.out" }>): void {
    const one = rooms.get(event.room);
    floods.settled(event.room);
    if (one === undefined || floods.isBlocked(event.room)) return;
    const { problem, text, by, alternate } = event;
    one.state = { state: "out", problem, text: text.slice(0, 512), by, alternate };
    one.self = null;
    occupants.clear(event.room);
    requests.forget(event.room);
    encryption.left(event.room);
    creation.refused(event.room, `${problem} ${text}`);
    tell(event.room);
    if (!WORTH_TRYING.has(problem)) return;
    setTimeout(() => {
      const isOut = one.state.state === "out" && !floods.isBlocked(event.room);
      if (isOut && rooms.has(event.room) && client().state.state === "online") enterSoon(event.room);
    }, AGAIN).unref();
  }

  async function openChat(room: BareJid): Promise<void> {
    const [chat] = await store.write({ op: "chat.open", args: { account, jid: room, kind: "room", now: Date.now() } });
    changed([], [chat]);
  }

  async function depart(room: BareJid): Promise<void> {
    const one = live(room);
    one.state = { state: "left" };
    one.self = null;
    occupants.clear(room);
    encryption.left(room);
    tell(room);
    await client()
      .rooms.leave(room)
      .catch((error: unknown) => {
        if (!(error instanceof NotConnected)) throw error;
      });
  }

  const notBookmarked = (room: BareJid): void => publish("room.notBookmarked", { account, jid: room });

  async function refresh(room: BareJid): Promise<void> {
    const info = await client().rooms.info(room);
    const one = live(room);
    one.traits = info.traits;
    if (info.name !== "") await keep(one, { name: info.name });
    tell(room);
    encryption.look(room);
  }

  /** A room may say without end that it is configured. */
  const refreshSoon = oneAtATime(refresh);

  return {
    occupants,
    archive,
    requests,
    notices,
    encryption,
    load(stored) {
      for (const one of stored)
        if (one.account === account)
          rooms.set(one.jid, { ...asLeft(one), state: { state: one.autojoin ? "joining" : "left" } });
    },
    all: () => [...rooms.keys()].map(view),
    get: (room) => rooms.get(room)?.stored ?? null,
    isIn,
    searchable: (room) => searchable(room, client, () => rooms.get(room)?.stored.archived === true),
    sessionBroke(isFault) {
      floods.ended(
        [...rooms].flatMap(([room, { state }]) => (state.state === "joining" && entered.has(room) ? room : [])),
        isFault,
      );
    },
    sessionBegins(resumed) {
      if (resumed) return;
      floods.begins();
      entered.clear();
      for (const [room, one] of rooms) {
        if (floods.isBlocked(room)) one.state = FLOODING;
        else if (one.state.state === "joined") one.state = { state: "joining" };
        one.self = null;
        occupants.clear(room);
        encryption.left(room);
      }
      tell(...rooms.keys());
    },
    ready() {
      const wanted = [...rooms].flatMap(([room, { state }]) => {
        const isWanted =
          (state.state === "joining" && !entered.has(room)) ||
          (state.state === "out" && WORTH_TRYING.has(state.problem));
        return isWanted ? room : [];
      });
      floods.enter(wanted);
    },
    async join({ room, nickname, password, autojoin, name = "" }) {
      const one = live(room);
      floods.forgive(room);
      notices.entering(room);
      // Entering once more brings no password along: the one that is known goes on.
      await keep(one, {
        nickname,
        password: password ?? one.stored.password,
        autojoin,
        bookmarked: true,
        ...(name === "" ? {} : { name }),
      });
      if (client().state.state === "online") {
        enterSoon(room);
        await saveBookmark(client(), one.stored, notBookmarked);
      } else {
        one.state = { state: "joining" };
        tell(room);
      }
    },
    async create({ room, nickname, name }, settings) {
      if (client().state.state !== "online") throw new NotConnected();
      const made = creation.wait(room, settings);
      await Promise.all([made, this.join({ room, nickname, password: null, autojoin: true, name })]);
      await this.refresh(room);
    },
    async leave(room) {
      const one = rooms.get(room);
      if (one === undefined) return;
      await keep(one, { autojoin: false });
      await depart(room);
      await saveBookmark(client(), one.stored, notBookmarked);
    },
    async setNotify(room, notify) {
      const one = live(room);
      one.stored = { ...one.stored, notify };
      await store.write({ op: "room.setNotify", args: { account, jid: room, notify } });
      tell(room);
      notifications.refreshBadge();
    },
    asking(room, what) {
      live(room).asked = what;
      tell(room);
    },
    refresh,
    async apply(event) {
      switch (event.type) {
        case "room.joined": {
          const one = live(event.room);
          // A stanza of the session that it broke.
          if (floods.isBlocked(event.room)) return;
          one.state = { state: "joined" };
          one.self = { role: event.role, affiliation: event.affiliation };
          one.asked = null;
          if (one.stored.nickname !== event.nickname) await keep(one, { nickname: event.nickname });
          floods.settled(event.room);
          tell(event.room);
          encryption.look(event.room);
          if (one.stored.archived) read(event.room);
          await creation.joined(event.room, event.created);
          await notices.entered(event);
          return ports.entered(event.room);
        }
        case "room.out":
          return out(event);
        case "room.left":
          return;
        case "room.self": {
          const one = live(event.room);
          one.self = { role: event.role, affiliation: event.affiliation };
          if (event.role !== "visitor") one.asked = null;
          if (one.stored.nickname !== event.nickname) await keep(one, { nickname: event.nickname });
          return tell(event.room);
        }
        case "room.occupants": {
          floods.heard(event.room, event.changed.length + event.removed.length);
          encryption.occupants(
            event.room,
            event.changed,
            event.changed.filter(
              ({ nickname: who }) => occupants.get(event.room, who) === null || event.another?.includes(who) === true,
            ),
          );
          const before = occupants.count(event.room);
          const { changed: shown, removed } = occupants.apply(event.room, event.changed, event.removed);
          requests.settled(event.room, event.changed, event.removed);
          const key = { account, jid: event.room };
          if (openChats.has(key)) publish("occupants.changed", { rooms: [{ ...key, changed: shown, removed }] });
          // Where thousands only change their status, the room itself stays as it is.
          return occupants.count(event.room) === before ? undefined : tell(event.room);
        }
        case "room.subject": {
          const one = live(event.room);
          const subject = event.text.slice(0, 4096);
          one.stored = { ...one.stored, subject };
          await store.write({ op: "room.setSubject", args: { account, jid: event.room, subject } });
          return tell(event.room);
        }
        case "room.affiliation":
          return encryption.affiliation(event.room, event.jid, event.affiliation);
        case "room.configured":
          // Until it is known what it is now, nothing is encrypted for it. Of one that we have just made, we know.
          if (!creation.isMaking(event.room)) live(event.room).traits = null;
          creation.configured(event.room);
          return refreshSoon(event.room);
        case "room.noticed":
          // Whoever makes a room has just said how it is to be.
          return event.change.kind === "room" && creation.isMaking(event.room)
            ? undefined
            : notices.add(event.room, event.change);
        case "room.asked":
          return requests.asked(event.asked, occupants.get(event.asked.room, event.asked.nickname));
        case "bookmarks":
          return applyBookmarks(event, {
            own: ports.own,
            rooms,
            live,
            keep,
            tell,
            depart,
            enterSoon,
            openChat,
            isOnline: () => client().state.state === "online",
          });
      }
    },
  };
}
