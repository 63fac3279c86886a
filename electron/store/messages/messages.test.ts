import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../../shared/model/message.ts";
import {
  alice,
  archivedText,
  archivePage,
  bob,
  fixture,
  incoming,
  me,
  myJid,
  other,
  T,
  type Fixture,
} from "../testing/store.ts";
import { outgoing } from "../testing/outbox.ts";

describe("messages", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  it("stores a message with all its fields, and finds it after a restart", async () => {
    const body = "zwei\nZeilen \u0000 🐦 'quoted' ; DROP TABLE messages; --";
    const outcome = await f.receive({ body, originId: "o1", messageId: "s1", archiveId: "a1" });
    if (outcome.duplicate) throw new Error("a first message is no duplicate");
    expect(outcome.message).toEqual({
      id: outcome.message.id,
      account: me,
      chat: alice,
      position: outcome.message.position,
      direction: "in",
      from: alice,
      writer: null,
      mentionsUs: false,
      unstyled: false,
      body,
      files: [],
      sentAt: T,
      delivery: null,
      failure: null,
      protection: { kind: "none", unexpected: false },
      editedAt: null,
      retracted: null,
      starred: false,
      pendingChange: null,
      reactions: [],
      reactable: true,
      reacting: null,
    });
    await f.reopen();
    const page = await f.store.read("messages.page", { account: me, jid: alice, before: null, limit: 10 });
    expect(page).toEqual({ messages: [outcome.message], older: null, missing: false });
  });

  describe("messages that arrive twice", () => {
    it("are recognized by their archive id", async () => {
      await f.receive({ archiveId: "a1", body: "one" });
      expect(await f.receive({ archiveId: "a1", body: "other text", originId: "x" })).toEqual({ duplicate: true });
      expect(await f.bodies()).toEqual(["one"]);
    });
    it("are recognized by the origin-id of the same sender in the same chat", async () => {
      await f.receive({ originId: "o1", archiveId: "a1" });
      const before = await f.chat();
      expect(await f.receive({ originId: "o1", archiveId: "a2" })).toEqual({ duplicate: true });
      expect(await f.chat()).toEqual(before);
      expect(await f.receive({ originId: "o1", from: bob })).toMatchObject({ duplicate: false });
      expect(await f.receive({ originId: "o1", account: other })).toMatchObject({ duplicate: false });
      expect(await f.receive({ originId: "o1", chat: alice, from: bob, body: "room" })).toMatchObject({
        duplicate: false,
      });
    });
    it("are recognized by the `id` attribute if there is no origin-id", async () => {
      await f.receive({ messageId: "s1" });
      await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
      expect(await f.receive({ messageId: "s1" })).toEqual({ duplicate: true });
      expect(await f.receive({ messageId: "s2" })).toMatchObject({ duplicate: false });
    });
    it("are not merged if a client counts its ids from 1 again", async () => {
      await f.receive({ messageId: "1", body: "yesterday" });
      expect(await f.receive({ messageId: "1", body: "today" })).toMatchObject({ duplicate: false });
      expect(await f.bodies()).toEqual(["yesterday", "today"]);
    });
    it("add the archive id to a message that arrived without one", async () => {
      await f.receive({ originId: "o1" });
      expect(await f.receive({ originId: "o1", archiveId: "a1" })).toEqual({ duplicate: true });
      expect(await f.receive({ archiveId: "a1" })).toEqual({ duplicate: true });
    });
    it("are all kept if nothing identifies them", async () => {
      await f.receive();
      await f.receive();
      expect(await f.bodies()).toEqual(["hello", "hello"]);
    });
    it("are also recognized within one transaction", async () => {
      const twice = await f.store.write(incoming({ originId: "o" }), incoming({ originId: "o" }));
      expect(twice.map(({ isNew }) => isNew)).toEqual([true, false]);
    });
  });

  it("recognizes the echo of a note to ourselves, and takes one of another device as ours", async () => {
    await f.store.write(outgoing("buy milk", "n1", { jid: myJid }));
    expect(await f.receive({ from: myJid, body: "buy milk", originId: "n1", messageId: "n1", archiveId: "a" })).toEqual(
      {
        duplicate: true,
      },
    );
    // A server that strips the origin-id leaves the `id` attribute.
    expect(await f.receive({ from: myJid, body: "buy milk", messageId: "n1" })).toEqual({ duplicate: true });
    expect(await f.receive({ from: myJid, body: "and bread", originId: "n2" })).toMatchObject({
      duplicate: false,
      message: { direction: "out", delivery: "sent" },
      chat: { unread: 0 },
    });
  });

  it("are read up to an answer that another device of ours writes, live and from the archive", async () => {
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
    await f.receive({ body: "one", originId: "1", archiveId: "a1" });
    expect(await f.chat(alice)).toMatchObject({ unread: 1 });
    const answer = { from: myJid, chat: alice, body: "two", originId: "2", archiveId: "a2" };
    expect(await f.receive(answer)).toMatchObject({ chat: { unread: 0, firstUnread: null } });
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T + 5000 } });
    await f.receive({ body: "five", originId: "5", archiveId: "a5", sentAt: T + 6000 });
    await archivePage(
      f.store,
      null,
      [
        archivedText("a2", T, answer),
        archivedText("a3", T + 1000, { body: "three", originId: "3" }),
        archivedText("a4", T + 2000, { from: myJid, body: "four", originId: "4" }),
        archivedText("a5", T + 6000, { body: "five", originId: "5" }),
      ],
      { newFrom: 0 },
    );
    expect(await f.bodies()).toEqual(["one", "two", "three", "four", "five"]);
    expect(await f.chat(alice)).toMatchObject({ unread: 1 });
  });

  describe("order", () => {
    it("is that of arrival, whatever the clock does", async () => {
      await f.receive({ body: "1", sentAt: T });
      await f.receive({ body: "2", sentAt: T });
      await f.receive({ body: "3", sentAt: T + 5 });
      await f.store.write(outgoing("4", "q", { now: T + 6 }));
      expect(await f.bodies()).toEqual(["1", "2", "3", "4"]);
    });
    it("places a delayed message by its time among ours, but keeps the order of the stream", async () => {
      const write = (body: string, now: number) => f.store.write(outgoing(body, body, { now: T + now }));
      await write("mine 10", 10);
      await write("mine 20", 20);
      await f.receive({ body: "late 15", sentAt: T + 15, delayed: true });
      await f.receive({ body: "late 15 too", sentAt: T + 15, delayed: true });
      // Stamps of servers are rounded: what arrives later in the stream is later.
      await f.receive({ body: "late 14", sentAt: T + 14, delayed: true });
      expect(await f.bodies()).toEqual(["mine 10", "late 15", "late 15 too", "late 14", "mine 20"]);
      expect((await f.chat())!.last).toMatchObject({ text: "mine 20" });
    });
    it("never places a message before those that were read", async () => {
      const ids: Message["id"][] = [];
      for (const body of ["a", "b"]) {
        const outcome = await f.receive({ body, sentAt: T + 10 * ids.length });
        if (!outcome.duplicate) ids.push(outcome.message.id);
      }
      await f.store.write(outgoing("mine", "m", { now: T + 50 }));
      await f.store.write({ op: "chat.markRead", args: { account: me, jid: alice, upTo: ids[1]! } });
      const late = await f.receive({ body: "c", sentAt: T - 1000, delayed: true });
      await f.receive({ body: "d", sentAt: T - 1000, delayed: true });
      expect(await f.bodies()).toEqual(["a", "b", "c", "d", "mine"]);
      const chat = (await f.chat())!;
      expect(chat.unread).toBe(2);
      expect(chat.firstUnread).toBe(late.duplicate ? null : late.message.id);
    });
    it("keeps 3,000 messages of the same millisecond in order, and loses no older one", async () => {
      const many = Array.from({ length: 3000 }, (_, index) => incoming({ body: `${index}`, originId: `${index}` }));
      await f.store.write(...many);
      const bodies: string[] = [];
      let before: number | null = null;
      do {
        const page: { messages: Message[]; older: number | null } = await f.store.read("messages.page", {
          account: me,
          jid: alice,
          before,
          limit: 500,
        });
        bodies.unshift(...page.messages.map((one) => one.body));
        before = page.older;
      } while (before !== null);
      expect(bodies).toEqual(Array.from({ length: 3000 }, (_, index) => `${index}`));
    });
  });

  it("pages back through a chat without gaps or repetitions", async () => {
    await f.store.write(...Array.from({ length: 103 }, (_, n) => incoming({ body: `${n}`, sentAt: T + n })));
    const pages: string[][] = [];
    let before: number | null = null;
    do {
      const args = { account: me, jid: alice, before, limit: 25 };
      const page: { messages: Message[]; older: number | null } = await f.store.read("messages.page", args);
      pages.push(page.messages.map((one) => one.body));
      // A new message at the end moves nothing further up.
      await f.receive({ body: "new", sentAt: T + 1000 });
      before = page.older;
    } while (before !== null);
    expect(pages.map((page) => page.length)).toEqual([25, 25, 25, 25, 3]);
    expect(pages.reverse().flat()).toEqual(Array.from({ length: 103 }, (_, n) => `${n}`));
  });

  it("refuses a message for an unknown account, and stores nothing", async () => {
    const stranger = incoming({ account: "nobody000000" as typeof me });
    await expect(f.store.write(incoming(), stranger)).rejects.toMatchObject({ name: "StoreError", code: "internal" });
    expect(await f.bodies()).toEqual([]);
  });
});
