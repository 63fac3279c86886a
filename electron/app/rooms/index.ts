/** The rooms of one account: joins them in every session, handles their events, and sends their state to the window. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Room } from "../../../shared/model/room.ts";
import type { StoredPage } from "../messaging/archive/reader.ts";
import type { StoredRoom } from "../../store/contract/index.ts";
import { NotARoom, NotConnected, StanzaError } from "../../xmpp/stream.ts";
import type { RoomEvent } from "../../xmpp/room-events.ts";
import { logged } from "../../log/log.ts";
import { applyBookmarks } from "./bookmarks/bookmarked.ts";
import { createUnsavedBookmarks } from "./bookmarks/unsaved.ts";
import { createCreation } from "./creation.ts";
import { createRoomNotices } from "./notices/notices.ts";
import { createFloods } from "./joining/floods.ts";
import { createOccupants } from "./occupants.ts";
import { roomQueue, coalesce } from "./room-queue.ts";
import { leftRoom, newRoom, viewOf, type LiveRoom } from "./live.ts";
import type { Joining, Rooms, RoomsPorts } from "./ports.ts";
import { createPersons } from "./joining/persons.ts";
import { createRetries, mayPass } from "./joining/retries.ts";
import { createRoomRequests } from "./requests/requests.ts";
import { createRoomEncryption } from "./members/encryption.ts";
import { createRoomArchive, searchableRoomArchive } from "../messaging/archive/room-archives.ts";

/** Number of rooms whose archives are read at the same time. */
const AT_ONCE = 4;
const notEntered = logged("app/rooms", "a room could not be joined", "warn");
const notPublished = logged("app/rooms", "unsaved bookmarks could not be published", "warn");
const FLOODING = { state: "out", problem: "flooding", text: "", by: null, alternate: null } as const;

export function createRooms(account: AccountId, ports: RoomsPorts): Rooms {
  const { store, client, publish, notifications, openChats } = ports;
  const rooms = new Map<BareJid, LiveRoom>();
  const occupants = createOccupants();
  const encryption = createRoomEncryption(account, {
    ...{
      store,
      client,
      publish,
      own: ports.own,
      tellsChanges: ports.tellsChanges,
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
    caughtUp: () => ports.missedNotifications().show(),
    isIn,
    nickname,
    decrypt: ports.encryption.decrypt,
    membersKnown: encryption.membersKnown,
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
  /** Joined in this session: joining again would miss some of the occupants. */
  const entered = new Set<BareJid>();

  const view = (room: BareJid): Room => viewOf(rooms.get(room)!, encryption.shown(room), occupants.count(room));
  function tell(...changed: BareJid[]): void {
    const views = changed.flatMap((room) => (rooms.has(room) ? [view(room)] : []));
    if (views.length > 0) publish("rooms.changed", { changed: views, removed: [] });
  }
  function changed(messages: Message[], chats: Chat[], removed: MessageId[] = []): void {
    if (messages.length + removed.length > 0) publish("messages.changed", { changed: messages, removed });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
    notifications.refreshBadge();
  }

  function fromArchive({ messages, annotated, removed, chats }: StoredPage, missed: boolean): void {
    changed(
      [...messages, ...annotated].filter((message) => openChats.has({ account, jid: message.chat })),
      chats,
      removed,
    );
    if (missed) ports.missedNotifications().add(messages, chats);
  }

  async function keep(live: LiveRoom, change: Partial<StoredRoom>): Promise<void> {
    live.stored = { ...live.stored, ...change };
    await store.write({ op: "room.put", args: live.stored });
  }

  function live(room: BareJid): LiveRoom {
    const known = rooms.get(room);
    if (known !== undefined) return known;
    const made = leftRoom(newRoom(account, room));
    rooms.set(room, made);
    return made;
  }

  /** Rooms are joined independently, so that a slow one delays no other. */
  async function enter(room: BareJid): Promise<void> {
    const one = live(room);
    one.state = { state: "joining" };
    entered.add(room);
    tell(room);
    try {
      const info = await client()
        .rooms.info(room)
        .catch((error: unknown) => {
          if (error instanceof NotConnected || error instanceof NotARoom) throw error;
          if (error instanceof StanzaError && error.condition === "item-not-found") creation.missing(room);
          // Joining it creates it, or reports the problem.
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
      // The next session joins again.
      entered.delete(room);
      if (error instanceof NotARoom) return persons.restore(room);
      if (!(error instanceof NotConnected)) throw error;
    }
  }
  const persons = createPersons(account, {
    ...{ store, client, rooms, sharesPresence: ports.sharesPresence },
    forget(room) {
      rooms.delete(room);
      occupants.clear(room);
      encryption.left(room);
      retries.reset(room);
    },
    refresh: (room) => refreshSoon(room),
    restored(room, chat, removed) {
      publish("rooms.changed", { changed: [], removed: [{ account, jid: room }] });
      publish("chats.changed", {
        changed: chat === null ? [] : [chat],
        removed: removed.map((jid) => ({ account, jid })),
      });
      notifications.refreshBadge();
    },
  });
  const enterSoon = (room: BareJid): void => void enter(room).catch(notEntered);

  const floods = createFloods({
    enter: enterSoon,
    blocked(room) {
      live(room).state = FLOODING;
      tell(room);
    },
    rested(room) {
      const one = rooms.get(room);
      if (one?.state !== FLOODING) return;
      one.state = { state: "joining" };
      tell(room);
      if (client().state.state === "online") floods.enter([room]);
    },
  });

  const retries = createRetries((room) => {
    const isOut = rooms.get(room)?.state.state === "out" && !floods.isBlocked(room);
    if (isOut && client().state.state === "online") enterSoon(room);
  });

  /** Reads missed messages, of a few rooms at a time. */
  const read = roomQueue(AT_ONCE, archive.catchUp);
  /** The same, after the connection was lost in the middle of it. */
  const readOn = roomQueue(AT_ONCE, archive.goOn);

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
    retries.out(event.room, problem);
  }

  async function openChat(room: BareJid): Promise<void> {
    const [chat] = await store.write({ op: "chat.open", args: { account, jid: room, kind: "room", now: Date.now() } });
    changed([], [chat]);
  }

  async function depart(room: BareJid): Promise<void> {
    const one = live(room);
    retries.reset(room);
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

  const unsaved = createUnsavedBookmarks(account, {
    ...{ store, client, get: (room) => rooms.get(room)?.stored ?? null },
    notKept: (room) => publish("room.notBookmarked", { account, jid: room }),
  });
  /** How the session began; null: the server's bookmarks have been applied. */
  let sessionStart: "new" | "resumed" | null = null;

  async function refresh(room: BareJid): Promise<void> {
    const info = await client()
      .rooms.info(room)
      .catch((error: unknown) => {
        if (error instanceof NotARoom) return null;
        throw error;
      });
    if (info === null) return persons.restore(room);
    const one = live(room);
    one.traits = info.traits;
    if (info.name !== "") await keep(one, { name: info.name });
    if (info.traits.archived && !one.stored.archived) await archiveBegins(one);
    tell(room);
    encryption.refresh(room);
  }

  /**
   * A room that we have just created has an archive once it is configured; from now on it has the messages that we
   * miss.
   */
  async function archiveBegins(one: LiveRoom): Promise<void> {
    const { jid } = one.stored;
    await keep(one, { archived: true });
    if (!isIn(jid)) return;
    await store.write({ op: "archive.open", args: { account, archive: jid, now: Date.now() } });
    read(jid);
  }

  /** Joins a room, now or when the connection is there. */
  async function begin({ room, nickname, password, autojoin, name = "" }: Joining): Promise<LiveRoom> {
    const one = live(room);
    floods.forgive(room);
    retries.reset(room);
    notices.entering(room);
    // Joining again without a password keeps the known one.
    await keep(one, {
      nickname,
      password: password ?? one.stored.password,
      autojoin,
      bookmarked: true,
      ...(name === "" ? {} : { name }),
    });
    if (client().state.state === "online") {
      enterSoon(room);
    } else {
      one.state = { state: "joining" };
      tell(room);
    }
    return one;
  }

  /** A room may announce configuration changes endlessly. */
  const refreshSoon = coalesce(refresh);

  return {
    occupants,
    archive,
    requests,
    notices,
    encryption,
    load(stored) {
      for (const one of stored)
        if (one.account === account)
          rooms.set(one.jid, { ...leftRoom(one), state: { state: one.autojoin ? "joining" : "left" } });
    },
    all: () => [...rooms.keys()].map(view),
    get: (room) => rooms.get(room)?.stored ?? null,
    isIn,
    isPrivateGroup: (room) => rooms.get(room)?.traits?.membersOnly === true,
    searchable: (room) => searchableRoomArchive(room, client, () => rooms.get(room)?.stored.archived === true),
    isRoom: persons.isRoom,
    doubt: persons.doubt,
    lookFirst: persons.lookFirst,
    lost(room) {
      if (rooms.get(room)?.state.state === "joined") enterSoon(room);
    },
    sessionEnded(how) {
      floods.ended(
        new Map(
          [...rooms].flatMap(([room, { state }]): [BareJid, number][] =>
            state.state === "joining" && entered.has(room) ? [[room, client().rooms.presences(room)]] : [],
          ),
        ),
        how,
      );
    },
    sessionBegins(resumed) {
      floods.begins(resumed);
      sessionStart = resumed ? "resumed" : "new";
      if (resumed) return;
      entered.clear();
      persons.sessionBegins();
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
      // In a new session, the server's list comes first.
      if (sessionStart === "resumed") unsaved.publish().catch(notPublished);
      persons.restoreContacts();
      const wanted = [...rooms].flatMap(([room, { state }]) => {
        const isWanted =
          (state.state === "joining" && !entered.has(room)) || (state.state === "out" && mayPass(state.problem));
        return isWanted ? room : [];
      });
      for (const room of wanted) retries.reset(room);
      floods.enter(wanted);
      // The session continues: we are in, and requests from before the cut are no longer answered.
      for (const [room, { state, stored }] of rooms) if (state.state === "joined" && stored.archived) readOn(room);
    },
    async join(of) {
      await unsaved.save(of.room, async () => (await begin(of)).stored);
    },
    async create({ room, nickname, name }, settings) {
      if (client().state.state !== "online") throw new NotConnected();
      const made = creation.wait(room, settings);
      // Published only then: our other devices join what is bookmarked, and the first who joins is the one who
      // configures it.
      await unsaved.save(room, async () => {
        const [one] = await Promise.all([begin({ room, nickname, password: null, autojoin: true, name }), made]);
        return one.stored;
      });
      await refresh(room);
    },
    async leave(room) {
      const one = rooms.get(room);
      if (one === undefined) return;
      await unsaved.save(room, async () => {
        await keep(one, { autojoin: false });
        await depart(room);
        return one.stored;
      });
    },
    async setNotify(room, notify) {
      const one = live(room);
      one.stored = { ...one.stored, notify };
      await store.write({ op: "room.setNotify", args: { account, jid: room, notify } });
      tell(room);
      notifications.refreshBadge();
    },
    setAsked(room, what) {
      if (what === null && !rooms.has(room)) return;
      live(room).asked = what;
      tell(room);
    },
    refresh,
    async apply(event) {
      switch (event.type) {
        case "room.joined": {
          const one = live(event.room);
          // A stanza of the session that the room broke.
          if (floods.isBlocked(event.room)) return;
          one.state = { state: "joined" };
          one.self = { role: event.role, affiliation: event.affiliation };
          one.asked = null;
          if (one.stored.nickname !== event.nickname) await keep(one, { nickname: event.nickname });
          floods.settled(event.room);
          retries.joined(event.room);
          tell(event.room);
          encryption.refresh(event.room);
          if (one.stored.archived) read(event.room);
          await creation.joined(event.room, event);
          await notices.entered(event);
          return ports.entered(event.room);
        }
        case "room.out":
          return out(event);
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
          requests.occupantsChanged(event.room, event.changed, event.removed);
          const key = { account, jid: event.room };
          if (openChats.has(key)) publish("occupants.changed", { rooms: [{ ...key, changed: shown, removed }] });
          // Changes of status alone do not change the view of the room.
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
          // The changed traits are unknown, so nothing is encrypted until they are read. Those of a room that we have
          // just created are known.
          if (!creation.isMaking(event.room)) live(event.room).traits = null;
          creation.configured(event.room);
          return refreshSoon(event.room);
        case "room.noticed":
          // The creator of a room has just configured it.
          return event.change.kind === "room" && creation.isMaking(event.room)
            ? undefined
            : notices.add(event.room, event.change);
        case "room.asked":
          return requests.asked(event.asked, occupants.get(event.asked.room, event.asked.nickname));
        case "bookmarks": {
          const isList = event.whole || sessionStart === "new";
          await applyBookmarks(event, isList, {
            own: ports.own,
            rooms,
            live,
            keep,
            tell,
            depart,
            enterSoon,
            openChat,
            isOnline: () => client().state.state === "online",
            unsaved,
          });
          // Not awaited: the bookmarks wait until this event is handled.
          if (sessionStart === "new") unsaved.publish().catch(notPublished);
          sessionStart = null;
          return;
        }
      }
    },
  };
}
