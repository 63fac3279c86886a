import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alice, fixture, incoming, me, T, type Fixture } from "../testing/store.ts";
import { by, entry, entryOf, key, opened, page, queued, receive, room, roomText, storedRoom } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const bodies = () => f.bodies(room);
const state = () => f.store.read("archive.state", { account: me, archive: room });
const gap = (before: number | null = null) => f.store.read("archive.gap", { ...key, before, archive: room });
const enter = (now: number) => f.store.write(opened(now));

describe("the archive of a room", () => {
  it("is unknown before the room is joined, and then nothing is missing", async () => {
    expect(await state()).toBeNull();
    expect(await gap()).toBeNull();
    expect(await page(f.store, [entry("x", T)])).toMatchObject({ stale: true, messages: [] });
    expect(await f.chat(room)).toBeNull();
  });

  it("is read from its end to its beginning, and messages from before we joined count as read", async () => {
    await f.store.write({ op: "chat.open", args: { ...key, kind: "room", now: T } }, opened());
    await receive(f.store, roomText("live"), { archiveId: "a-live", sentAt: T + 1 });
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

  it("has no messages from the future, which would stay at the end of the chat and the top of the list", async () => {
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
    await receive(f.store, roomText("three"), { archiveId: "a-three", sentAt: T + 10 });
    expect(await bodies()).toEqual(["one", "two", "three"]);
  });

  it("is queried by its own times, even if we limit them", async () => {
    await enter(T);
    await page(f.store, [entry("two", T + 1e9)], { now: T + 5 });
    expect(await gap()).toMatchObject({ until: T + 1e9 });
  });

  it("has no gap below messages that were written here before its first one", async () => {
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

  it("adds missed messages, unread and in place, until it meets known ones", async () => {
    await enter(T);
    await receive(f.store, roomText("one"), { archiveId: "a-one", sentAt: T + 1 });
    await page(f.store, [entry("one", T + 1)], { complete: true });
    await enter(T + 10_000);
    await receive(f.store, roomText("five"), { archiveId: "a-five", sentAt: T + 10_001 });
    expect(await state()).toMatchObject({ complete: false, missed: { until: "a-one" } });
    await page(f.store, [entry("three", T + 3), entry("four", T + 4, { mentionsUs: true }), entry("five", T + 10_001)]);
    expect(await state()).toMatchObject({ missed: { until: "a-one" } });
    expect(await page(f.store, [entry("one", T + 1), entry("two", T + 2)])).toMatchObject({ fresh: ["a-two"] });
    expect(await bodies()).toEqual(["one", "two", "three", "four", "five"]);
    expect(await f.chat(room)).toMatchObject({ unread: 5, mentions: 1 });
    expect(await state()).toMatchObject({ missed: null, complete: true });
  });

  it("marks ours as delivered if their reflection is missing, so that they are not sent again", async () => {
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

  it("keeps another author's message with the same id separate, and our own repeated by somebody else", async () => {
    await enter(T);
    await f.store.write(queued("mine", "q1", T + 1));
    await page(f.store, [
      entry("mine", T + 1, { messageId: "q1", originId: "q1", writer: by("eve") }),
      entryOf("b1", T + 2, roomText("ok", { messageId: "1" })),
      entryOf("b2", T + 3, roomText("ok", { messageId: "1" })),
      entryOf("b3", T + 4, roomText("ok", { messageId: "1", writer: by("eve") })),
    ]);
    expect((await bodies()).toSorted()).toEqual(["mine", "mine", "ok", "ok", "ok"]);
    expect(await f.store.read("outbox.pending", { account: me })).toHaveLength(1);
  });

  it("is recognized by ids, authors and texts after it changed its ids", async () => {
    await enter(T);
    await page(f.store, [
      entryOf("a1", T + 1, roomText("one")),
      entryOf("a2", T + 2, roomText("bare", { messageId: null })),
      entryOf("a3", T + 3, roomText("bare", { messageId: null, writer: by("eve") })),
    ]);
    const renamed = [
      entryOf("b0", T, roomText("zero")),
      entryOf("b1", T + 1, roomText("one")),
      entryOf("b2", T + 2, roomText("bare", { messageId: null })),
      entryOf("b3", T + 3, roomText("bare", { messageId: null, writer: by("eve") })),
    ];
    await page(f.store, renamed, { archiveChanged: true });
    expect(await bodies()).toEqual(["zero", "one", "bare", "bare"]);
  });

  it("skips entries that are not kept, and continues below them", async () => {
    await enter(T);
    await page(f.store, [{ archiveId: "join", stamp: T, inbound: null }]);
    expect(await state()).toMatchObject({ oldestId: "join", complete: false });
    expect(await bodies()).toEqual([]);
  });

  it("rejects a page of a previous session", async () => {
    await enter(T);
    const span = (await state())!.span;
    await enter(T + 1);
    expect(await page(f.store, [entry("one", T)], { span })).toMatchObject({ stale: true, messages: [] });
    expect(await f.chat(room)).toBeNull();
  });

  it("does not affect our own archive, nor the reverse", async () => {
    await f.store.write(opened(T, null), incoming({ archiveId: "p1", sentAt: T + 1 }), {
      op: "room.put",
      args: storedRoom(),
    });
    const own = () => f.store.read("archive.state", { account: me, archive: null });
    const before = await own();
    await enter(T + 2);
    await receive(f.store, roomText("one"), { archiveId: "a-one", sentAt: T + 3 });
    await page(f.store, [entry("zero", T), entry("one", T + 3)], { complete: true });
    expect(await own()).toEqual(before);
    expect(await f.store.read("archive.gap", { account: me, jid: alice, before: null, archive: null })).not.toBeNull();
    await f.store.write(opened(T + 9, null));
    expect(await state()).toMatchObject({ complete: true });
    expect(await gap()).toBeNull();
  });

  it("does not move the account's clock when 300 rooms are joined at once", async () => {
    const rooms = Array.from({ length: 300 }, (_, n) => `r${n}@rooms.example.org` as typeof room);
    for (let n = 0; n < 3; n++) await f.store.write(...rooms.map((one) => opened(T, one)));
    const stored = await receive(f.store, roomText("now"), { sentAt: T + 4000 });
    expect(stored!.position).toBe((T + 4000) * 1024);
  });
});

/** A deterministic generator of numbers (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

it("is complete and in order after any sequence of presence, absence and reading", { timeout: 120_000 }, async () => {
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
      const message = roomText(body, { room: here, writer: by(`nick${below(3)}`) });
      // The clock of the room differs from ours.
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
});
