import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alice, fixture, incoming, me, T, type Fixture } from "../testing/store.ts";
import { by, entry, entryOf, key, opened, page, queued, receive, room, said, storedRoom } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const bodies = () => f.bodies(room);
const state = () => f.store.read("archive.state", { account: me, archive: room });
const gap = (before: number | null = null) => f.store.read("archive.gap", { ...key, before, archive: room });
const enter = (now: number) => f.store.write(opened(now));

describe("the archive of a room", () => {
  it("is not known before the room was entered, and nothing is missing then", async () => {
    expect(await state()).toBeNull();
    expect(await gap()).toBeNull();
    expect(await page(f.store, [entry("x", T)])).toMatchObject({ stale: true, messages: [] });
    expect(await f.chat(room)).toBeNull();
  });

  it("is read from its end to its beginning, and what was before we came counts as read", async () => {
    await f.store.write({ op: "chat.open", args: { ...key, kind: "room", now: T } }, opened());
    await receive(f.store, said("live"), { archiveId: "a-live", sentAt: T + 1 });
    const last = await page(f.store, [
      entry("three", T - 3),
      entry("four", T - 2, { mentionsUs: true }),
      entry("live", T + 1),
    ]);
    expect(last).toMatchObject({
      stale: false,
      fresh: [],
      messages: [{ body: "four", mentionsUs: true }, { body: "three" }],
    });
    expect(await gap()).toMatchObject({ before: "a-three", until: T - 3 });
    await page(f.store, [entry("one", T - 5), entry("two", T - 4)], { complete: true });
    expect(await bodies()).toEqual(["one", "two", "three", "four", "live"]);
    expect(await f.chat(room)).toMatchObject({ unread: 1, mentions: 0 });
    expect(await gap()).toBeNull();
    expect(await state()).toMatchObject({ complete: true, oldestId: "a-one", missed: null });
  });

  it("that places itself in the future is of now, so that nothing sticks to the end of the chat and of the list", async () => {
    await enter(T);
    const future = T + 1e12;
    await page(f.store, [entry("one", T - 1), entry("two", future, { mentionsUs: true })], {
      now: T + 5,
      complete: false,
    });
    const { messages } = await f.store.read("messages.page", { ...key, before: null, limit: 9 });
    expect(messages.map(({ body, sentAt }) => [body, sentAt])).toEqual([
      ["one", T - 1],
      ["two", T + 5],
    ]);
    expect(await f.chat(room)).toMatchObject({ activityAt: T + 5 });
    await receive(f.store, said("three"), { archiveId: "a-three", sentAt: T + 10 });
    expect(await bodies()).toEqual(["one", "two", "three"]);
  });

  it("is asked again by its own times, whatever we believe of these", async () => {
    await enter(T);
    await page(f.store, [entry("two", T + 1e9)], { now: T + 5 });
    expect(await gap()).toMatchObject({ until: T + 1e9 });
  });

  it("lacks nothing below what was written here before its first message", async () => {
    await enter(T);
    await f.store.write(queued("mine", "q1", T + 1));
    await enter(T + 10);
    await page(f.store, [entry("mine", T + 2, { own: true, writer: by("me"), originId: "q1" }), entry("two", T + 3)], {
      complete: true,
    });
    const { messages } = await f.store.read("messages.page", { ...key, before: null, limit: 9 });
    expect(messages.map(({ body }) => body)).toEqual(["mine", "two"]);
    expect(await gap(messages[0]!.position)).toBeNull();
  });

  it("brings what was missed, unread and in its place, until it meets what is held", async () => {
    await enter(T);
    await receive(f.store, said("one"), { archiveId: "a-one", sentAt: T + 1 });
    await page(f.store, [entry("one", T + 1)], { complete: true });
    await enter(T + 10_000);
    await receive(f.store, said("five"), { archiveId: "a-five", sentAt: T + 10_001 });
    expect(await state()).toMatchObject({ complete: false, missed: { until: "a-one" } });
    await page(f.store, [entry("three", T + 3), entry("four", T + 4, { mentionsUs: true }), entry("five", T + 10_001)]);
    expect(await state()).toMatchObject({ missed: { until: "a-one" } });
    expect(await page(f.store, [entry("one", T + 1), entry("two", T + 2)])).toMatchObject({ fresh: ["a-two"] });
    expect(await bodies()).toEqual(["one", "two", "three", "four", "five"]);
    expect(await f.chat(room)).toMatchObject({ unread: 5, mentions: 1 });
    expect(await state()).toMatchObject({ missed: null, complete: true });
  });

  it("shows ours as delivered of which no reflection came, and keeps it from being sent again", async () => {
    await enter(T);
    await f.store.write(queued("waits", "q1", T + 1), queued("sent", "q2", T + 2), {
      op: "outbox.acked",
      args: { account: me, originIds: ["q2"] },
    });
    await enter(T + 10);
    const mine = { own: true, writer: by("me") };
    const result = await page(f.store, [
      entry("waits", T + 1, { ...mine, originId: "q1", messageId: "q1" }),
      entry("sent", T + 2, { ...mine, messageId: "q2" }),
      entry("phone", T + 3, { ...mine, originId: "p" }),
    ]);
    expect(result.messages.map(({ body, delivery }) => [body, delivery]).toSorted()).toEqual([
      ["phone", "delivered"],
      ["sent", "delivered"],
      ["waits", "delivered"],
    ]);
    expect(result).toMatchObject({ arrived: ["q1"], fresh: [] });
    expect(result.chats).toMatchObject([{ jid: room, unread: 0 }]);
    expect(await f.store.read("outbox.pending", { account: me })).toEqual([]);
    expect(await bodies()).toEqual(["waits", "sent", "phone"]);
  });

  it("keeps apart what another writer said under the same id, and our own that somebody else repeats", async () => {
    await enter(T);
    await f.store.write(queued("mine", "q1", T + 1));
    await page(f.store, [
      entry("mine", T + 1, { messageId: "q1", originId: "q1", writer: by("eve") }),
      entryOf("b1", T + 2, said("ok", { messageId: "1" })),
      entryOf("b2", T + 3, said("ok", { messageId: "1" })),
      entryOf("b3", T + 4, said("ok", { messageId: "1", writer: by("eve") })),
    ]);
    expect((await bodies()).toSorted()).toEqual(["mine", "mine", "ok", "ok", "ok"]);
    expect(await f.store.read("outbox.pending", { account: me })).toHaveLength(1);
  });

  it("that gave new names to what it holds is known by ids, writers and texts", async () => {
    await enter(T);
    await page(f.store, [
      entryOf("a1", T + 1, said("one")),
      entryOf("a2", T + 2, said("bare", { messageId: null })),
      entryOf("a3", T + 3, said("bare", { messageId: null, writer: by("eve") })),
    ]);
    const renamed = [
      entryOf("b0", T, said("zero")),
      entryOf("b1", T + 1, said("one")),
      entryOf("b2", T + 2, said("bare", { messageId: null })),
      entryOf("b3", T + 3, said("bare", { messageId: null, writer: by("eve") })),
    ];
    await page(f.store, renamed, { archiveChanged: true });
    expect(await bodies()).toEqual(["zero", "one", "bare", "bare"]);
  });

  it("passes over entries that are nothing to keep, and goes on below them", async () => {
    await enter(T);
    await page(f.store, [{ archiveId: "join", stamp: T, inbound: null }]);
    expect(await state()).toMatchObject({ oldestId: "join", complete: false });
    expect(await bodies()).toEqual([]);
  });

  it("takes no page of a session that is over", async () => {
    await enter(T);
    const span = (await state())!.span;
    await enter(T + 1);
    expect(await page(f.store, [entry("one", T)], { span })).toMatchObject({ stale: true, messages: [] });
    expect(await f.chat(room)).toBeNull();
  });

  it("leaves our own archive alone, and its own is left alone by ours", async () => {
    await f.store.write(opened(T, null), incoming({ archiveId: "p1", sentAt: T + 1 }), {
      op: "room.put",
      args: storedRoom(),
    });
    const own = () => f.store.read("archive.state", { account: me, archive: null });
    const before = await own();
    await enter(T + 2);
    await receive(f.store, said("one"), { archiveId: "a-one", sentAt: T + 3 });
    await page(f.store, [entry("zero", T), entry("one", T + 3)], { complete: true });
    expect(await own()).toEqual(before);
    expect(await f.store.read("archive.gap", { account: me, jid: alice, before: null, archive: null })).not.toBeNull();
    await f.store.write(opened(T + 9, null));
    expect(await state()).toMatchObject({ complete: true });
    expect(await gap()).toBeNull();
  });

  it("of 300 rooms that are entered at once moves the account's clock by nothing", async () => {
    const rooms = Array.from({ length: 300 }, (_, n) => `r${n}@rooms.example.org` as typeof room);
    for (let n = 0; n < 3; n++) await f.store.write(...rooms.map((one) => opened(T, one)));
    const stored = await receive(f.store, said("now"), { sentAt: T + 4000 });
    expect(stored!.position).toBe((T + 4000) * 1024);
  });
});

/** The same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

it(
  "is held whole and in its order after any course of being there, being away, and reading",
  { timeout: 120_000 },
  async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const below = numbers(seed);
      const archive: (ReturnType<typeof entry> & { body: string })[] = [];
      let [now, isIn, count] = [T + seed * 1e9, false, 0];
      const here = `room${seed}@rooms.example.org` as typeof room;
      const read = async (pages: number) => {
        for (let n = 0; n < pages; n++) {
          const held = await f.store.read("archive.state", { account: me, archive: here });
          if (held === null || held.complete) return;
          const end =
            held.oldestId === null ? archive.length : archive.findIndex(({ archiveId }) => archiveId === held.oldestId);
          const entries = archive.slice(Math.max(0, end - 1 - below(4)), end);
          const args = {
            account: me,
            archive: here,
            peer: null,
            newFrom: entries.length,
            span: held.span,
            entries,
            askedBefore: held.oldestId,
            first: entries[0]?.archiveId ?? null,
            complete: entries[0] === archive[0],
            archiveChanged: false,
            changes: [],
            now: T,
          };
          expect((await f.store.write({ op: "archive.page", args }))[0].stale).toBe(false);
        }
      };
      const write = async () => {
        const body = `${seed}-${count++}`;
        const message = said(body, { room: here, writer: by(`nick${below(3)}`) });
        // The clock of the room is not ours.
        const one = entryOf(`a-${body}`, now + below(5) * 1000 - 2000, message);
        archive.push({ ...one, body });
        if (isIn) await receive(f.store, message, { sentAt: now, archiveId: one.archiveId });
      };
      for (let step = 0; step < 60; step++) {
        now += below(3) === 0 ? below(100_000) : below(3);
        const what = below(10);
        if (what < 5) await write();
        else if (what === 5) isIn = false;
        else if (what === 6) {
          await f.store.write(opened(now, here));
          isIn = true;
        } else if (isIn) await read(1 + below(3));
      }
      await f.store.write(opened(now, here));
      await read(1000);
      expect([seed, await f.bodies(here)]).toEqual([seed, archive.map(({ body }) => body)]);
      expect(await f.store.read("archive.state", { account: me, archive: here })).toMatchObject({ complete: true });
    }
  },
);
