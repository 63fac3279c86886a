import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alice, fixture, inbound, jid, me, myJid, T, taken, type Fixture } from "../testing/store.ts";
import { outgoing, sendText } from "../testing/outbox.ts";
import {
  by,
  entryOf,
  key,
  opened,
  page,
  queued,
  receive,
  received,
  room,
  roomText,
  storedRoom,
} from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const bodies = () => f.bodies(room);
const pending = () => f.store.read("outbox.pending", { account: me });
const messages = async () => (await f.store.read("messages.page", { ...key, before: null, limit: 1000 })).messages;

it("a correction in a room is kept with the nickname under which its message was sent", async () => {
  const isCalled = (nickname: string) => f.store.write({ op: "room.put", args: storedRoom({ nickname }) });
  const correctsAs = async () => (await pending()).map((one) => one.correctsAs);
  await isCalled("me");
  const [queue] = await f.store.write(queued("teh", "m1"));
  const draft = { kind: "correction", id: queue!.message!.id, body: "the", encryption: "none" } as const;
  await f.store.write({ op: "outbox.queue", args: { account: me, originId: "c1", now: T, draft } });
  // Both wait, and go out under the nickname of that moment.
  expect(await correctsAs()).toEqual([null, null]);
  await isCalled("me2");
  await f.store.write({ op: "outbox.tried", args: { account: me, originId: "m1", now: T } });
  expect(await messages()).toMatchObject([{ body: "the", writer: { nickname: "me2" } }]);
  await isCalled("me3");
  expect(await correctsAs()).toEqual([null, "me2"]);
  await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["m1"] } });
  expect(await correctsAs()).toEqual(["me2"]);
});

describe("a message of a room", () => {
  it("is stored with its author, and shown in the chat list", async () => {
    const writer = by("ann", { occupantId: "o1", jid: alice });
    const stored = await receive(f.store, roomText("me: hi", { writer, mentionsUs: true }), { archiveId: "a1" });
    expect(stored).toMatchObject({
      chat: room,
      from: room,
      direction: "in",
      writer,
      mentionsUs: true,
      delivery: null,
      protection: { kind: "none", unexpected: false },
    });
    await f.reopen();
    expect(await messages()).toEqual([stored]);
    expect(await f.chat(room)).toMatchObject({
      kind: "room",
      unread: 1,
      mentions: 1,
      firstUnread: stored!.id,
      last: { text: "me: hi", nickname: "ann" },
    });
  });

  it("of the room itself has no author", async () => {
    expect(await receive(f.store, roomText("The room is logged", { writer: null }))).toMatchObject({
      writer: null,
      from: room,
    });
    expect(await f.chat(room)).toMatchObject({ last: { nickname: null } });
  });

  it("does not make the room encrypted, whatever devices are announced under its JID", async () => {
    await receive(f.store, roomText("hi"));
    await f.store.write({ op: "omemo.listed", args: { ...key, devices: [{ id: 1, label: null }], now: T } });
    expect(await f.chat(room)).toMatchObject({ encryption: "none", canEncrypt: false });
  });

  it("reopens a closed chat", async () => {
    await receive(f.store, roomText("one"));
    await f.store.write({ op: "chat.close", args: key });
    await receive(f.store, roomText("two"));
    expect(await f.store.read("chat.listed", key)).toMatchObject({ unread: 2 });
  });

  describe("a message of a room that arrives twice", () => {
    it("is recognized by the room's archive id", async () => {
      await receive(f.store, roomText("one"), { archiveId: "a1" });
      expect(await receive(f.store, roomText("other", { messageId: "x" }), { archiveId: "a1" })).toBeNull();
      expect(
        await receive(f.store, roomText("one", { messageId: null, room: jid("park@rooms.example.org") }), {
          archiveId: "a1",
        }),
      ).not.toBeNull();
    });

    it("in the room's history is recognized by its id and text, and gets the archive id later", async () => {
      await receive(f.store, roomText("one"));
      expect(await receive(f.store, roomText("one"), { delayed: true, archiveId: "a1" })).toBeNull();
      expect(await receive(f.store, roomText("changed", { messageId: null }), { archiveId: "a1" })).toBeNull();
    });

    it("in the room's history without any id is recognized by its author, text and time", async () => {
      const bare = roomText("ok", { messageId: null });
      await receive(f.store, bare);
      expect(await receive(f.store, bare, { delayed: true, sentAt: T - 2000 })).toBeNull();
      expect(
        await receive(f.store, { ...bare, writer: by("eve") }, { delayed: true, sentAt: T - 2000 }),
      ).not.toBeNull();
      // A live one is another message.
      expect(await receive(f.store, bare)).not.toBeNull();
    });

    it("is another message if somebody else sends it with the same ids", async () => {
      const original = roomText("one", {
        writer: by("ann", { occupantId: "o1", jid: alice }),
        originId: "x",
        messageId: "x",
      });
      await receive(f.store, original);
      for (const writer of [
        by("eve"),
        by("ann", { occupantId: "o2" }),
        by("ann", { jid: jid("eve@example.net") }),
        null,
      ]) {
        expect(await receive(f.store, { ...original, writer })).not.toBeNull();
      }
      expect(await bodies()).toEqual(Array.from({ length: 5 }, () => "one"));
      expect(await receive(f.store, { ...original, writer: by("ann") })).toBeNull();
    });

    it("is another message if the archive says so, although the client counts its ids from 1", async () => {
      const short = roomText("ok", { messageId: "1" });
      expect(await receive(f.store, short, { archiveId: "a1" })).not.toBeNull();
      expect(await receive(f.store, short, { archiveId: "a2" })).not.toBeNull();
      // The same origin-id is the same message: it was sent again.
      expect(await receive(f.store, roomText("sent again", { originId: "o" }), { archiveId: "a3" })).not.toBeNull();
      expect(await receive(f.store, roomText("sent again", { originId: "o" }), { archiveId: "a4" })).toBeNull();
    });
  });
});

describe("our message in a room", () => {
  const reflection = (body: string, id: string, more = {}) =>
    roomText(body, { own: true, writer: by("me", { occupantId: "o9" }), messageId: id, originId: id, ...more });

  it("waits as a message for a room, by our nickname there", async () => {
    await f.store.write({ op: "room.put", args: storedRoom({ nickname: "gardener" }) });
    const { message, chat } = await sendText(f.store, queued("hello", "q1"));
    expect(message).toMatchObject({
      direction: "out",
      from: room,
      writer: { nickname: "gardener", occupantId: null, jid: myJid },
      delivery: "pending",
    });
    expect(chat).toMatchObject({ kind: "room", unread: 0, last: { nickname: "gardener" } });
    await f.store.write(outgoing("x", "q2"));
    expect((await pending()).map(({ conversation }) => conversation)).toEqual([
      { jid: room, kind: "room" },
      { jid: alice, kind: "contact" },
    ]);
  });

  it("is sent when the server acknowledges it, and delivered when the room reflects it, with our nickname there", async () => {
    const { message } = await sendText(f.store, queued("hello", "q1"));
    expect(
      (await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["q1"] } }))[0].messages,
    ).toMatchObject([{ delivery: "sent" }]);
    expect(await receive(f.store, reflection("hello", "q1"), { archiveId: "a1" })).toMatchObject({
      id: message.id,
      delivery: "delivered",
      writer: { nickname: "me", occupantId: "o9" },
    });
    expect(await receive(f.store, reflection("hello", "q1"), { archiveId: "a1", delayed: true })).toBeNull();
    expect(await receive(f.store, reflection("hello", "", { originId: null }), { archiveId: "a1" })).toBeNull();
    expect(await bodies()).toEqual(["hello"]);
  });

  it("is also delivered if the reflection arrives before the acknowledgement, and does not wait any more", async () => {
    await f.store.write(queued("hello", "q1"));
    await receive(f.store, reflection("hello", "q1"));
    expect(await pending()).toEqual([]);
    expect((await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["q1"] } }))[0].messages).toEqual(
      [],
    );
    expect(
      await f.store.write({
        op: "outbox.failed",
        args: { account: me, chat: room, originId: "q1", condition: "forbidden", text: "", waiting: false },
      }),
    ).toEqual([null]);
    expect(await messages()).toMatchObject([{ delivery: "delivered", failure: null }]);
  });

  it("is recognized if the room keeps only one of its ids", async () => {
    await f.store.write(queued("one", "q1"), queued("two", "q2"));
    expect(await receive(f.store, reflection("one", "q1", { messageId: "rewritten" }))).toMatchObject({
      delivery: "delivered",
    });
    expect(await receive(f.store, reflection("two", "q2", { originId: null }))).toMatchObject({
      delivery: "delivered",
    });
    expect(await bodies()).toEqual(["one", "two"]);
  });

  it("is never taken for delivered by others' messages with its ids", async () => {
    await f.store.write(queued("hello", "q1"));
    await receive(f.store, reflection("hello", "q1", { own: false }));
    await receive(f.store, reflection("hello", "q1", { own: false, writer: by("me", { jid: myJid }) }));
    expect(await messages()).toMatchObject([{ delivery: "pending" }, { direction: "in" }, { direction: "in" }]);
    expect(await pending()).toHaveLength(1);
  });

  it("is not recognized by an earlier message of somebody else", async () => {
    await receive(f.store, roomText("hello", { originId: "x" }));
    expect(await receive(f.store, reflection("hello", "x"))).toMatchObject({ direction: "out" });
  });

  it("from another device is ours, delivered and read", async () => {
    expect(await receive(f.store, reflection("from the phone", "p1"))).toMatchObject({
      direction: "out",
      delivery: "delivered",
      from: room,
    });
    expect(await f.chat(room)).toMatchObject({ unread: 0, mentions: 0 });
  });

  it("fails by an error of the room, and is sent again under another id", async () => {
    const { message } = await sendText(f.store, queued("hello", "q1"));
    const [failed] = await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: room, originId: "q1", condition: "not-acceptable", text: "", waiting: false },
    });
    expect(failed).toMatchObject({ message: { delivery: "failed", writer: { jid: myJid } } });
    await f.store.write({ op: "outbox.retry", args: { account: me, id: message.id, originId: "q2" } });
    expect(await pending()).toMatchObject([{ originId: "q2", conversation: { jid: room, kind: "room" } }]);
    expect(await receive(f.store, reflection("hello", "q2"))).toMatchObject({ id: message.id, delivery: "delivered" });
  });
});

describe("unread messages of a room", () => {
  it("count those that mention us, and decrease by reading", async () => {
    const first = await receive(f.store, roomText("one", { mentionsUs: true }));
    await receive(f.store, roomText("two"));
    await receive(f.store, roomText("three", { mentionsUs: true }));
    expect(await f.chat(room)).toMatchObject({ unread: 3, mentions: 2 });
    expect(await f.store.write({ op: "chat.markRead", args: { ...key, upTo: first!.id } })).toMatchObject([
      { unread: 2, mentions: 1 },
    ]);
    const all = await messages();
    expect(await f.store.write({ op: "chat.markRead", args: { ...key, upTo: all.at(-1)!.id } })).toMatchObject([
      { unread: 0, mentions: 0, firstUnread: null },
    ]);
  });

  it("are read when another device of ours says so, by either id, or writes there", async () => {
    for (const text of ["one", "two", "three"]) await receive(f.store, roomText(text), { archiveId: `a-${text}` });
    const marker = (target: string, outgoing = true) =>
      f.store.write(
        taken(
          inbound(
            { jid: room, kind: "room" },
            { outgoing, address: room, occupant: by("me") },
            { payload: { kind: "displayed", target } },
          ),
          T,
        ),
      );
    await marker("a-three", false);
    expect(await f.chat(room)).toMatchObject({ unread: 3 });
    await marker("a-one");
    expect(await f.chat(room)).toMatchObject({ unread: 2 });
    await marker("s-two");
    expect(await f.chat(room)).toMatchObject({ unread: 1 });
    await receive(f.store, roomText("answer", { own: true, writer: by("me"), originId: "o" }), {
      archiveId: "a-answer",
    });
    expect(await f.chat(room)).toMatchObject({ unread: 0, firstUnread: null });
    await receive(f.store, roomText("four"), { archiveId: "a-four" });
    expect(await f.chat(room)).toMatchObject({ unread: 1 });
  });

  it("exclude those from before we first joined, and include missed ones since", async () => {
    await f.store.write({ op: "chat.open", args: { ...key, kind: "room", now: T } });
    await f.store.write(
      ...[3, 2, 1].map((ago) =>
        received(roomText(`${ago} hours ago`, { mentionsUs: true }), { delayed: true, sentAt: T - ago * 3_600_000 }),
      ),
      received(roomText("live")),
    );
    expect(await bodies()).toEqual(["3 hours ago", "2 hours ago", "1 hours ago", "live"]);
    expect(await f.chat(room)).toMatchObject({ unread: 1, mentions: 0 });
    await receive(f.store, roomText("missed"), { delayed: true, sentAt: T + 5000 });
    expect(await f.chat(room)).toMatchObject({ unread: 2 });
  });
});

describe("the last stored message of a room", () => {
  const lastAt = () => f.store.read("room.lastAt", key);

  it("is none at first, and then the newest that the room has", async () => {
    expect(await lastAt()).toBeNull();
    await f.store.write({ op: "chat.open", args: { ...key, kind: "room", now: T } });
    expect(await lastAt()).toBeNull();
    await receive(f.store, roomText("one"), { sentAt: T + 1 });
    expect(await lastAt()).toBe(T + 1);
    // Waiting messages do not show how far the room's history is stored.
    await f.store.write(queued("mine", "q1", T + 50));
    expect(await lastAt()).toBe(T + 1);
    await receive(f.store, roomText("mine", { own: true, writer: by("me"), originId: "q1" }), { sentAt: T + 60 });
    expect(await lastAt()).toBe(T + 50);
  });
});

it("gives the room's archive id for the displayed position", async () => {
  await f.store.write(opened(), { op: "room.put", args: storedRoom() });
  const message = await receive(f.store, roomText("one"), { archiveId: "a1" });
  await f.store.write({ op: "chat.markRead", args: { ...key, upTo: message!.id } });
  expect(await f.store.read("chats.unsentDisplayed", { account: me })).toMatchObject([
    { jid: room, kind: "room", displayed: null, synced: { id: "a1" } },
  ]);
});

it("is marked as displayed when its archive arrives, even after our own archive was read to the end", async () => {
  await f.store.write(opened(T, null), opened(), { op: "room.put", args: storedRoom() });
  await f.store.write({
    op: "displayed.synced",
    args: {
      account: me,
      items: [
        { chat: room, archiveId: "a-one" },
        { chat: alice, archiveId: "gone" },
      ],
    },
  });
  const { span } = (await f.store.read("archive.state", { account: me, archive: null }))!;
  const whole = {
    account: me,
    archive: null,
    span,
    peer: null,
    entries: [],
    askedBefore: null,
    first: null,
    complete: true,
    archiveChanged: false,
    newFrom: 0,
    changes: [],
    now: T,
  };
  await f.store.write({ op: "archive.page", args: whole });
  await page(
    f.store,
    [entryOf("a-one", T, roomText("one")), entryOf("a-two", T + 1, roomText("two", { mentionsUs: true }))],
    {
      complete: true,
    },
  );
  expect(await f.chat(room)).toMatchObject({ unread: 1, mentions: 1 });
});
