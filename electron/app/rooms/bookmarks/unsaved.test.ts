/** Bookmarks that our server does not have: of changes without a connection, and of servers that keep none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { defaultSettings } from "../../../../shared/model/settings.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import type { XmppClientOptions } from "../../../xmpp/api.ts";
import type { Bookmark } from "../../../xmpp/room-events.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import { createFileCopies } from "../../../attachments/file-copies.ts";
import { createAccountSession, type AccountSession } from "../../accounts/session.ts";
import { createPending } from "../../contacts/pending.ts";

const account = "account00001" as AccountId;
const [tea, pub] = ["tea@rooms.example.org", "pub@rooms.example.org"] as BareJid[] as [BareJid, BareJid];
const bookmark = (room: BareJid, autojoin = true): Bookmark => ({
  ...{ room, name: "", nickname: "Al", password: null, autojoin },
});

let folder: string;
let store: Store;
/** What the server holds. */
let held: Map<BareJid, Bookmark>;
let keeps: boolean;
let online: boolean;
let told: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-unsaved-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: new Uint8Array(32) });
  [held, keeps, online, told] = [new Map(), true, true, []];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the program. */
async function start() {
  let emit!: XmppClientOptions["emit"];
  const stored = {
    ...{ id: account, jid: "alice@example.org" as BareJid, password: "", enabled: true, pinnedFingerprint: null },
    ...{ advanced: {}, presence: { show: "available" as const, status: "" } },
  };
  await store.write({ op: "account.put", args: stored });
  const ask = async (): Promise<void> => {
    if (!online) throw new NotConnected();
  };
  const client = {
    get state() {
      return { state: online ? "online" : "off" };
    },
    start: () => undefined,
    presence: { set: async () => undefined },
    bookmarks: {
      async put(one: Bookmark) {
        await ask();
        if (keeps) held.set(one.room, one);
        return keeps;
      },
      remove: ask,
    },
    rooms: { info: () => Promise.reject(new Error("no answer")), join: ask, leave: ask },
    archive: { supported: async () => false },
    devices: { list: async () => null },
  };
  const publish = (name: string): void => void told.push(name);
  const session: AccountSession = createAccountSession(stored, {
    ...{ store, publish, pending: createPending(store, publish), version: "0" },
    notifications: { refreshBadge: () => undefined } as never,
    openChats: { has: () => false, add: () => undefined },
    settings: () => defaultSettings,
    turn: async () => () => undefined,
    checkpoint: () => undefined,
    staging: createFileCopies("nowhere"),
    keepCopy: () => Promise.resolve(),
    createXmppClient(options) {
      emit = options.emit;
      return client as never;
    },
  });
  await session.start();
  const room = (jid: BareJid) => session.rooms.all().find((one) => one.jid === jid);
  return {
    rooms: session.rooms,
    room,
    emit,
    joins: (jid: BareJid) => session.rooms.join({ room: jid, nickname: "Al", password: null, autojoin: true }),
    /** The server's list arrives. */
    async list() {
      online = true;
      await emit({ type: "session", resumed: false });
      await emit({ type: "bookmarks", whole: true, changed: [...held.values()], removed: [] });
    },
  };
}

describe("a bookmark that was changed without a connection", () => {
  it("is joined in the next session, and published then", async () => {
    const { joins, room, list } = await start();
    held.set(pub, bookmark(pub));
    online = false;
    await joins(tea);
    await list();
    expect(room(tea)).toMatchObject({ autojoin: true, state: { state: "joining" } });
    await vi.waitFor(() => expect([...held.keys()]).toEqual([pub, tea]));
    await list();
    expect(room(tea)).toMatchObject({ autojoin: true });
  });

  it("stays left, although the server's list still says that the room is joined", async () => {
    const { joins, room, rooms, list } = await start();
    await joins(tea);
    online = false;
    await rooms.leave(tea);
    await list();
    expect(room(tea)).toMatchObject({ autojoin: false, state: { state: "left" } });
    await vi.waitFor(() => expect(held.get(tea)).toMatchObject({ autojoin: false }));
  });

  it("is published after a restart of the program", async () => {
    const before = await start();
    online = false;
    await before.joins(tea);
    const { room, list } = await start();
    await list();
    expect(room(tea)).toMatchObject({ autojoin: true });
    await vi.waitFor(() => expect([...held.keys()]).toEqual([tea]));
  });

  it("is published when a session is resumed", async () => {
    const { joins, emit } = await start();
    online = false;
    await joins(tea);
    online = true;
    await emit({ type: "session", resumed: true });
    await emit({ type: "ready" });
    await vi.waitFor(() => expect([...held.keys()]).toEqual([tea]));
  });

  it("yields to a newer change of another device", async () => {
    const { joins, room, emit } = await start();
    keeps = false;
    await joins(tea);
    await emit({ type: "bookmarks", whole: false, changed: [bookmark(tea, false)], removed: [] });
    expect(room(tea)).toMatchObject({ autojoin: false });
  });
});

it("the server's list, read while the user joins or leaves a room, does not undo it", async () => {
  const { joins, room, rooms, emit } = await start();
  const begins = () => emit({ type: "session", resumed: false });
  const lists = () => emit({ type: "bookmarks", whole: true, changed: [...held.values()], removed: [] });
  await begins();
  await Promise.all([joins(tea), lists()]);
  expect(room(tea)).toMatchObject({ autojoin: true, state: { state: "joining" } });
  await begins();
  await Promise.all([rooms.leave(tea), lists()]);
  expect(room(tea)).toMatchObject({ autojoin: false, state: { state: "left" } });
  expect(held.get(tea)).toMatchObject({ autojoin: false });
});

it("a bookmark that the server cannot keep stays on this device, and the user is told once", async () => {
  const { joins, room, list } = await start();
  held.set(pub, bookmark(pub));
  keeps = false;
  await joins(tea);
  for (let session = 0; session < 3; session++) await list();
  expect(room(tea)).toMatchObject({ autojoin: true });
  expect(told.filter((name) => name === "room.notBookmarked")).toHaveLength(1);
  // Another device removes what the server does keep.
  held.delete(pub);
  await list();
  expect([room(pub)?.autojoin, room(tea)?.autojoin]).toEqual([false, true]);
});
