import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chatSchema } from "../../../shared/model/chat.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { alice, bob, fixture, incoming, jid, me, other, T, type Fixture } from "../testing/store.ts";
import { outgoing } from "../testing/outbox.ts";

describe("chats", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const key = { account: me, jid: alice };
  const page = (after: string | null = null, limit = 100) => f.store.read("chats.page", { after, limit });
  const unread = () => f.store.read("chats.unread", {});
  async function received(body: string, sentAt = T): Promise<MessageId> {
    const outcome = await f.receive({ body, sentAt });
    if (outcome.duplicate) throw new Error("duplicate");
    return outcome.message.id;
  }
  const markRead = async (upTo: MessageId) => (await f.store.write({ op: "chat.markRead", args: { ...key, upTo } }))[0];

  it("opens an empty chat at its time, and the same one again", async () => {
    const [first] = await f.store.write({ op: "chat.open", args: { kind: "contact", ...key, now: T } });
    expect(first).toEqual({
      ...key,
      kind: "contact",
      unread: 0,
      mentions: 0,
      firstUnread: null,
      pinned: false,
      muted: false,
      encryption: "none",
      canEncrypt: false,
      undecided: 0,
      activityAt: T,
      last: null,
    });
    const [again] = await f.store.write({ op: "chat.open", args: { kind: "contact", ...key, now: T + 1000 } });
    expect(again).toEqual(first);
  });

  it("previews the newest message, cut to 200 UTF-16 units and never within a character", async () => {
    await received("x" + "🐦".repeat(300));
    const chat = (await f.chat())!;
    expect(chatSchema.parse(chat)).toEqual(chat);
    expect(chat.last!.text).toBe("x" + "🐦".repeat(99));
  });

  it("counts unread messages up to the read position, from the first unread one on, and never more", async () => {
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push(await received(`${n}`, T + n));
    await f.store.write(outgoing("mine", "o", { now: T + 10 }));
    expect(await f.chat()).toMatchObject({ unread: 5, firstUnread: ids[0] });
    expect(await markRead(ids[2]!)).toMatchObject({ unread: 2, firstUnread: ids[3] });
    expect(await markRead(ids[0]!)).toMatchObject({ unread: 2, firstUnread: ids[3] });
    expect(await markRead(999_999 as MessageId)).toMatchObject({ unread: 2, firstUnread: ids[3] });
    expect(await markRead(ids[4]!)).toMatchObject({ unread: 0, firstUnread: null });
    const next = await received("again", T + 20);
    expect(await f.chat()).toMatchObject({ unread: 1, firstUnread: next });
    expect(await f.store.write({ op: "chat.markRead", args: { account: other, jid: alice, upTo: next } })).toEqual([
      null,
    ]);
  });

  it("does not mark a chat as read by a message of another chat", async () => {
    await received("a");
    const theirs = await f.receive({ from: bob, sentAt: T + 50 });
    if (theirs.duplicate) throw new Error("duplicate");
    expect(await markRead(theirs.message.id)).toMatchObject({ unread: 1 });
  });

  it("sums unread messages without muted and closed chats", async () => {
    await received("1");
    await received("2");
    await f.receive({ from: bob });
    expect(await unread()).toBe(3);
    await f.store.write({ op: "chat.setFlags", args: { ...key, muted: true } });
    expect(await unread()).toBe(1);
    await f.store.write({ op: "chat.close", args: { account: me, jid: bob } });
    expect(await unread()).toBe(0);
  });

  it("hides a closed chat until a message arrives or it is opened", async () => {
    await received("1");
    await f.store.write({ op: "chat.close", args: key });
    expect((await page()).chats).toEqual([]);
    await received("2");
    expect((await page()).chats).toMatchObject([{ jid: alice, unread: 2 }]);
    await f.store.write({ op: "chat.close", args: key });
    expect(await f.receive({ body: "x", archiveId: "a" })).toMatchObject({ duplicate: false });
    await f.store.write({ op: "chat.close", args: key });
    await f.receive({ body: "x", archiveId: "a" });
    expect((await page()).chats).toEqual([]);
    await f.store.write({ op: "chat.open", args: { kind: "contact", ...key, now: T } });
    expect((await page()).chats).toHaveLength(1);
  });

  it("pages the list: pinned first, then the newest, each chat once", async () => {
    const ops = Array.from({ length: 45 }, (_, n) =>
      incoming({ account: n % 2 ? me : other, from: jid(`c${n}@example.org`), sentAt: T + (n % 10) * 1000 }),
    );
    await f.store.write(...ops);
    const pin = { account: me, jid: jid("c11@example.org"), pinned: true };
    await f.store.write({ op: "chat.setFlags", args: pin });
    const all = [];
    let after: string | null = null;
    do {
      const part: Awaited<ReturnType<typeof page>> = await page(after, 7);
      all.push(...part.chats);
      after = part.next;
    } while (after !== null);
    expect(new Set(all.map((chat) => chat.jid)).size).toBe(45);
    expect(all[0]!.jid).toBe("c11@example.org");
    const times = all.slice(1).map((chat) => chat.activityAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    await expect(page("'; DROP TABLE chats")).rejects.toMatchObject({ code: "internal" });
    await f.store.write({ op: "chat.setFlags", args: { ...pin, pinned: false } });
    expect((await page()).chats[0]!.jid).not.toBe("c11@example.org");
  });
});
