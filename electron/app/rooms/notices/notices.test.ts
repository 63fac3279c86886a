import { beforeEach, describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { MOST_NOTICES, type RoomChange, type RoomNotice } from "../../../../shared/model/room-notice.ts";
import type { Store } from "../../../store/contract/index.ts";
import { createRoomNotices, type RoomNotices } from "./notices.ts";

const room = "tea@rooms.example.org" as BareJid;
const memory = new Map<string, string | null>();
const store = {
  read: async (_: string, { key }: { key: string }) => memory.get(key) ?? null,
  write: async ({ args }: { args: { key: string; value: string | null } }) => void memory.set(args.key, args.value),
} as unknown as Pick<Store, "read" | "write">;
let changes: RoomNotice[];
let now: number;
let notices: RoomNotices;
const start = (): void =>
  void (notices = createRoomNotices("accountone" as AccountId, {
    store,
    changed: (notice) => changes.push(notice),
    now: () => now,
  }));
beforeEach(() => {
  memory.clear();
  changes = [];
  now = 1_000_000;
  start();
});

const by = (name: string) => ({ name, self: false });
const kicked = (nickname: string, more: Partial<Extract<RoomChange, { kind: "person" }>> = {}): RoomChange => ({
  kind: "person",
  what: "kicked",
  nicknames: [nickname],
  count: 1,
  self: false,
  by: by("ann"),
  reason: "",
  ...more,
});
const renamed = (from: string, to: string): RoomChange => ({
  kind: "renamed",
  nicknames: [from],
  count: 1,
  self: false,
  to,
});
const add = (...all: RoomChange[]): void => all.forEach((one) => notices.add(room, one));
const told = () =>
  notices
    .of(room)
    .map(({ change }) =>
      "nicknames" in change
        ? `${change.kind === "person" ? change.what : change.to} ${change.nicknames.join(",")} ${change.count}`
        : change.kind,
    );

describe("similar notices in a row", () => {
  it("are merged: some by name, all by number, with the time of the first", () => {
    add(kicked("a"));
    now += 60_000;
    add(kicked("b"), kicked("c"), kicked("d"), kicked("e"));
    expect(told()).toEqual(["kicked a,b,c 5"]);
    expect(notices.of(room)[0]).toMatchObject({ at: 1_000_000, change: { by: { name: "ann" } } });
    // The same notice each time, with a higher count.
    expect(new Set(changes.map(({ id }) => id)).size).toBe(1);
  });
  it("are separate if their reasons differ, up to a limit", () => {
    add(...["a", "b", "c"].map((name) => kicked(name, { reason: `because of ${name}` })));
    expect(told()).toEqual(["kicked a 1", "kicked b 1", "kicked c 1"]);
    add(...Array.from({ length: 997 }, (_, n) => kicked(`d${n}`, { reason: `reason ${n}` })));
    expect(told()).toEqual(["kicked a 1", "kicked b 1", "kicked c,d0,d1 998"]);
    expect(notices.of(room)[2]).toMatchObject({ change: { reason: "", by: { name: "ann" } } });
  });
  it("are not merged across a message, a pause or another notice", () => {
    add(kicked("a"));
    notices.messageReceived(room);
    add(kicked("b"));
    now += 5 * 60_000;
    add(kicked("c"), kicked("d", { what: "banned" }), kicked("e"));
    expect(told()).toEqual(["kicked a 1", "kicked b 1", "kicked c 1", "banned d 1", "kicked e 1"]);
  });
  it("are not merged if they concern us", () => {
    add(kicked("a"), kicked("us", { self: true }), kicked("b"));
    expect(told()).toEqual(["kicked a 1", "kicked us 1", "kicked b 1"]);
  });
  it("count a named person once", () => {
    add(kicked("a"), kicked("a"), kicked("b"), kicked("a"));
    expect(told()).toEqual(["kicked a,b 2"]);
  });
  it("keep the last subject, and the first and last nickname of a chain", () => {
    const subject = (name: string, text: string): RoomChange => ({ kind: "subject", by: by(name), subject: text });
    add(subject("a", "one"), subject("a", "two"), subject("b", "three"));
    expect(notices.of(room).map(({ change }) => change)).toEqual([subject("a", "two"), subject("b", "three")]);
    add(renamed("a", "b"), renamed("b", "c"), renamed("x", "y"));
    expect(told().slice(2)).toEqual(["c a 1", "y x 1"]);
    add(renamed("p", "q"), renamed("r", "s"), renamed("t", "u"));
    expect(told().slice(2)).toEqual(["c a 1", "y x 1", "null p,r,t 3"]);
  });
});

it("are limited: of a flood of different ones the newest remain, in order", () => {
  for (let n = 0; n < 5_000; n++) add(kicked(`a${n}`), renamed(`b${n}`, "c"));
  const kept = notices.of(room);
  expect(kept).toHaveLength(MOST_NOTICES);
  expect(kept).toEqual(changes.slice(-MOST_NOTICES));
  expect(new Set(changes.map(({ id }) => id)).size).toBe(10_000);
  start();
  now += 10_000;
  add(kicked("a"));
  expect(changes.at(-1)!.id).toBeGreaterThan(kept.at(-1)!.id);
});

describe("notices on joining", () => {
  const enters = (more: Partial<Parameters<RoomNotices["entered"]>[0]> = {}): Promise<void> =>
    notices.entered({
      type: "room.joined",
      room,
      nickname: "us",
      role: "participant",
      affiliation: "none",
      created: false,
      nonAnonymous: true,
      logged: true,
      nicknameGiven: false,
      ...more,
    });
  const facts = () =>
    notices.of(room).flatMap(({ change }) => (change.kind === "entered" ? [change.facts.join(" ")] : []));

  it("are given once, also across a restart, and again after a change", async () => {
    await enters();
    await enters();
    expect(facts()).toEqual(["addresses-shown logged"]);
    start();
    await enters();
    expect(facts()).toEqual([]);
    await enters({ logged: false });
    await enters();
    expect(facts()).toEqual(["logged"]);
  });
  it("are given whenever the user joins, and are omitted if there is nothing to say", async () => {
    await enters();
    notices.entering(room);
    await enters();
    await enters();
    expect(facts()).toEqual(["addresses-shown logged", "addresses-shown logged"]);
    start();
    notices.entering(room);
    await enters({ nonAnonymous: false, logged: false });
    expect(facts()).toEqual([]);
  });
  it("also say that the room is new, and which nickname it assigned", async () => {
    await enters({ created: true, nicknameGiven: true, nonAnonymous: false, logged: false });
    expect(notices.of(room).map(({ change }) => change)).toEqual([
      { kind: "entered", facts: ["created", "nickname-given"], nickname: "us" },
    ]);
  });
});
