import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Jid } from "../../../../shared/jid.ts";
import type { Reacted } from "./changes.ts";
import {
  alice,
  archivedText,
  bob,
  fixture,
  type incoming,
  me,
  myJid,
  T,
  taken,
  type Fixture,
} from "../../testing/store.ts";
import * as fixtures from "../../testing/reactions.ts";
import {
  by,
  entryOf,
  key as roomKey,
  opened,
  page,
  queued,
  receive,
  room,
  roomText,
  storedRoom,
} from "../../testing/room.ts";

const { hers, ours, reacted, reaction, there } = fixtures;
let f: Fixture;
beforeEach(async () => {
  f = await fixture();
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
});
afterEach(() => f.end());

const key = { account: me, jid: alice };
const take = (of: Reacted, chat?: { account: typeof me; jid: Jid }) => fixtures.take(f, of, chat);
const all = (of = alice) => fixtures.all(f, of);
const shown = (at = 0, of = alice) => fixtures.shown(f, at, of);
const archived = (entries: Parameters<typeof fixtures.archived>[1], more: object = {}) =>
  fixtures.archived(f, entries, more);
const original = (more: Parameters<typeof incoming>[0] = {}) => f.receive({ body: "hello", originId: "m1", ...more });
const text = (id: string, stamp: number) => archivedText(`a-${id}`, stamp, { body: id, originId: id, messageId: id });

describe("reactions", () => {
  it("are one set per person, the newest, and none when all are removed", async () => {
    await original();
    expect(await take(reaction("👍 🎉"))).toMatchObject({
      message: { reactions: [{ emoji: "👍", count: 1, own: false, names: [] }, { emoji: "🎉" }], reacting: null },
    });
    await take(reaction("👍", { author: ours }));
    expect(await shown()).toBe("👍2* 🎉1");
    await take(reaction("🎉"));
    expect(await shown()).toBe("🎉1 👍1*");
    await take(reaction(""));
    await take(reaction("", { author: ours }));
    expect(await shown()).toBe("");
    expect(await take(reaction(""))).toBeNull();
  });

  it("make nothing unread, move nothing in the chat list, and open no chat", async () => {
    await original();
    const before = await f.chat();
    await take(reaction("👍", { sentAt: T + 99_999 }));
    expect(await f.chat()).toEqual(before);
    await take(reaction("👍", { author: { ...hers, address: bob } }), { account: me, jid: bob });
    expect(await f.store.read("chat.get", { account: me, jid: bob })).toBeNull();
  });

  it("find their message by origin-id, `id` attribute, or that of a correction", async () => {
    await original({ messageId: "s1" });
    await f.receive({ body: "hello!", originId: "c1", replaces: "m1" });
    for (const [target, emoji] of [
      ["s1", "👍"],
      ["c1", "🎉"],
      ["m1", "😂"],
    ] as const) {
      await take(reaction(emoji, { target }));
      expect(await shown()).toBe(`${emoji}1`);
    }
  });

  it.each([
    [false, 5],
    [true, 10],
  ])(
    "that wait are at most 200 of a stranger, the newest, and more of a contact (contact: %s)",
    async (isContact, expected) => {
      if (isContact)
        await f.store.write({
          op: "roster.put",
          args: {
            account: me,
            item: { jid: alice, name: "", groups: [], subscription: "both", asked: false },
            version: null,
          },
        });
      await original({ originId: "first" });
      for (let n = 0; n < 205; n++) await take(reaction("👍", { target: `t${n}`, sentAt: T + n }));
      for (let n = 0; n < 10; n++) await original({ originId: `t${n}` });
      expect((await all()).filter(({ reactions }) => reactions.length > 0)).toHaveLength(expected);
    },
  );

  it("to an unknown message wait for it, the newest of each person", async () => {
    await take(reaction("👍"));
    expect(await f.store.read("chat.get", key)).toBeNull();
    await f.receive({ body: "first", originId: "m0" });
    await take(reaction("👍"));
    await take(reaction("🎉"));
    await take(reaction("😂", { author: ours }));
    await take(reaction("👎", { target: "m9" }));
    expect(await original()).toMatchObject({
      message: {
        reactions: [
          { emoji: "🎉", count: 1 },
          { emoji: "😂", own: true },
        ],
      },
    });
    await take(reaction("👍"));
    expect(await shown(1)).toBe("👍1 😂1*");
  });

  it("that wait are limited, the oldest are dropped first", async () => {
    await f.receive({ body: "first", originId: "m0" });
    const ops = Array.from({ length: 1_010 }, (_, n) =>
      fixtures.takeOp(reaction("👍", { target: `w${n}`, sentAt: T + n })),
    );
    for (let at = 0; at < ops.length; at += 202) await f.store.write(...ops.slice(at, at + 202));
    await f.receive({ body: "old", originId: "w0" });
    await f.receive({ body: "new", originId: "w1009" });
    expect([await shown(1), await shown(2)]).toEqual(["", "👍1"]);
  });

  it("are removed with a retracted text, and none are accepted after it", async () => {
    await original();
    await take(reaction("👍"));
    const ids = { originId: "x", messageId: null, archiveId: null };
    const retraction = {
      kind: "retraction",
      target: "m1",
      author: hers,
      sentAt: T,
      moderator: null,
      reason: "",
    } as const;
    await fixtures.take(f, { ...retraction, ...ids });
    expect(await shown()).toBe("");
    expect(await take(reaction("🎉"))).toBeNull();
    expect(await shown()).toBe("");
  });

  it("that the server held back are in the order of the stream, whatever the clocks say", async () => {
    await original();
    await archived([reacted(reaction("👍"), T + 5000)]);
    // Our clock is behind that of the archive, and the time of what was held back is at most now.
    await f.store.write(taken(fixtures.change(reaction("🎉")), T + 4000, true));
    expect(await shown()).toBe("🎉1");
    await f.store.write(taken(fixtures.change(reaction("😂")), T + 3000, true));
    expect(await shown()).toBe("😂1");
  });
});

describe("reactions from the archive", () => {
  it("arrive in pages, newest first: the last in the archive wins, whatever the clocks say", async () => {
    const [first, second, third] = [reaction("👍"), reaction("🎉"), reaction("😂")];
    const result = await archived([text("n1", T + 300), reacted(third, T + 100)]);
    expect(result.chats).toHaveLength(1);
    await archived([reacted(second, T + 200)]);
    await archived([text("m1", T), reacted(first, T + 400)], { complete: true });
    expect(await shown()).toBe("😂1");
    // A live one is newer than all of them.
    await take(reaction("👎", { sentAt: T }));
    expect(await shown()).toBe("👎1");
  });

  it("that arrived live are recognized, and an older one does not restore a removed one", async () => {
    await original({ archiveId: "a-m1" });
    const [first, second] = [reaction("👍", { sentAt: T + 1 }), reaction("", { sentAt: T + 2 })];
    await take(first);
    await take(second);
    // The server's clock is ahead.
    await archived([text("m1", T), reacted(first, T + 90_000)]);
    expect(await shown()).toBe("");
    await archived([text("m1", T), reacted(first, T + 90_000), reacted(second, T + 90_001)]);
    expect(await shown()).toBe("");
  });

  it("have the same result in any pieces and however often they arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("", "👍", "🎉", "😂"), fc.boolean()), { minLength: 1, maxLength: 8 }),
        fc.nat(8),
        fc.array(fc.nat(9), { maxLength: 3 }),
        async (said_, live, cuts) => {
          const g = await fixture();
          try {
            await g.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
            const one = said_.map(([emoji, own], at) => reaction(emoji, { author: own ? ours : hers, sentAt: T + at }));
            const entries = [text("m1", T), ...one.map((of, at) => reacted(of, T + 10 + at))];
            // Some arrived live, with another clock.
            await g.receive({ body: "m1", originId: "m1", archiveId: "a-m1" });
            for (const of of one.slice(0, live)) await fixtures.take(g, of);
            await g.store.write({ op: "archive.open", args: { account: me, archive: null, now: T + 100_000 } });
            const bounds = [
              ...new Set([...cuts.filter((cut) => cut > 0 && cut < entries.length), entries.length]),
            ].sort((a, b) => b - a);
            for (const [index, bound] of bounds.entries()) {
              const state = await g.store.read("archive.state", { account: me, archive: null });
              const part = entries.slice(bounds[index + 1] ?? 0, bound);
              await g.store.write({
                op: "archive.page",
                args: {
                  account: me,
                  archive: null,
                  span: state!.span,
                  peer: null,
                  entries: part,
                  askedBefore: state!.oldestId,
                  first: part[0]!.archiveId,
                  complete: false,
                  archiveChanged: false,
                  newFrom: part.length,
                  changes: [],
                  now: T,
                },
              });
            }
            const { messages } = await g.store.read("messages.page", { ...key, before: null, limit: 5 });
            const last = (own: boolean) => said_.findLast(([, mine]) => mine === own)?.[0] ?? "";
            const now = (own: boolean) =>
              messages[0]!.reactions
                .filter((reactions) => (own ? reactions.own : reactions.count > (reactions.own ? 1 : 0)))
                .map(({ emoji }) => emoji)
                .join("");
            expect([now(false), now(true)]).toEqual([last(false), last(true)]);
          } finally {
            await g.end();
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);
});

describe("reactions in a room", () => {
  beforeEach(async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened());
    await receive(
      f.store,
      roomText("hello", { originId: "m1", messageId: "m1", writer: by("ann", { occupantId: "o-ann" }) }),
      { archiveId: "a1" },
    );
  });
  const inRoom = (of: Reacted) => take(of, roomKey);
  const to = (emoji: string, author: Reacted["author"], target = "a1") => inRoom(reaction(emoji, { author, target }));

  it("are one set per occupant, whatever their nickname", async () => {
    await to("👍", there("bob"));
    await to("👍", there("carol"));
    expect((await all(room))[0]!.reactions).toEqual([{ emoji: "👍", count: 2, own: false, names: ["bob", "carol"] }]);
    await to("🎉", there("robert", "o-bob"));
    expect(await shown(0, room)).toBe("🎉1 👍1");
  });

  it("are not changed or removed by the next occupant with the nickname", async () => {
    await to("👍", there("bob"));
    await to("", there("bob", "o-eve"));
    await to("👎", there("bob", "o-eve"));
    expect((await all(room))[0]!.reactions).toEqual([
      { emoji: "👍", count: 1, own: false, names: ["bob"] },
      { emoji: "👎", count: 1, own: false, names: ["bob"] },
    ]);
  });

  it("find their message only by the room's archive id (§4.2)", async () => {
    expect(await to("👍", there("bob"), "m1")).toBeNull();
    await receive(
      f.store,
      roomText("mine", { originId: "a1", messageId: "a1", writer: by("eve", { occupantId: "o-eve" }) }),
      { archiveId: "a2" },
    );
    await to("👍", there("bob"));
    expect([await shown(0, room), await shown(1, room)]).toEqual(["👍1", ""]);
  });

  it("without occupant ids and addresses belong to a nickname during one presence only", async () => {
    await to("👍", there("bob", null, { occupancy: "s1" }));
    await to("🎉", there("bob", null, { occupancy: "s1" }));
    expect(await shown(0, room)).toBe("🎉1");
    await to("👎", there("bob", null, { occupancy: "s2" }));
    expect(await shown(0, room)).toBe("🎉1 👎1");
    // In the archive nobody can be identified.
    expect(await to("😂", there("bob", null))).toBeNull();
    expect(await to("😂", { ...there("me", null), outgoing: true })).toBeNull();
  });

  it("wait for a message not yet read from the archive, and find ours when it is reflected", async () => {
    await to("👍", there("bob"), "a-first");
    await page(f.store, [entryOf("a-first", T - 5, roomText("first", { writer: by("ann", { occupantId: "o-ann" }) }))]);
    expect(await shown(0, room)).toBe("👍1");
    await f.store.write(queued("ours", "q1"));
    await to("🎉", there("bob"), "a-q1");
    const message = await receive(
      f.store,
      roomText("ours", {
        own: true,
        originId: "q1",
        messageId: "q1",
        writer: by("me", { occupantId: "o-me", jid: myJid }),
      }),
      { archiveId: "a-q1" },
    );
    expect(message).toMatchObject({ reactions: [{ emoji: "🎉", names: ["bob"] }], reactable: true });
  });

  it("of very many people keep the first thousand, and always ours", async () => {
    for (let n = 0; n < 1_010; n += 101) {
      await f.store.write(
        ...Array.from({ length: 101 }, (_, at) =>
          fixtures.takeOp(reaction(at % 2 === 0 ? "👍" : "🎉", { target: "a1", author: there(`p${n + at}`) }), roomKey),
        ),
      );
    }
    await to("👍", { ...there("me"), outgoing: true });
    const { reactions } = (await all(room))[0]!;
    expect(reactions.reduce((sum, { count: many }) => sum + many, 0)).toBe(1_001);
    expect(reactions.every(({ names }) => names.length === 20)).toBe(true);
  });

  it("with very many emoji show the most frequent", async () => {
    const emoji = Array.from({ length: 60 }, (_, at) => String.fromCodePoint(0x1f600 + at));
    for (let n = 0; n < 3; n++) await to(emoji.slice(n * 20, n * 20 + 20).join(" "), there(`p${n}`));
    await to(emoji[59]!, there("p9"));
    const { reactions } = (await all(room))[0]!;
    expect(reactions).toHaveLength(24);
    expect(reactions.at(-1)).toMatchObject({ emoji: emoji[59], count: 2 });
  });
});

it("to a private message are only for messages with the same occupant (§4.1)", async () => {
  const jid = `${room}/ann` as typeof alice;
  const private_ = { account: me, jid };
  const from = (occupantId: string | null): Reacted["author"] => ({
    outgoing: false,
    address: room,
    occupant: by("ann", { occupantId }),
    occupancy: null,
  });
  await f.receive({
    body: "psst",
    originId: "p1",
    chat: jid,
    from: room,
    occupant: by("ann", { occupantId: "o-ann" }),
  });
  for (const who of ["o-eve", null])
    expect(await take(reaction("👎", { target: "p1", author: from(who) }), private_)).toBeNull();
  await take(reaction("👍", { target: "p1", author: from("o-ann") }), private_);
  expect(await shown(0, jid)).toBe("👍1");
});
