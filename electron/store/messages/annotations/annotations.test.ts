import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import type { Jid } from "../../../../shared/jid.ts";
import type { ArchiveEntry, Decrypted } from "../../../model/message.ts";
import { change, take } from "../../testing/reactions.ts";
import type { Removal } from "./changes.ts";
import {
  alice,
  archivedText,
  archivePage,
  bob,
  fixture,
  incoming,
  type Incoming,
  me,
  myJid,
  other,
  T,
  type Fixture,
} from "../../testing/store.ts";
import { by, key as roomKey, entryOf, opened, page, receive, room, roomText, storedRoom } from "../../testing/room.ts";

let f: Fixture;
beforeEach(async () => {
  f = await fixture();
  // There is an archive that was not read yet: unknown messages may still arrive.
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
});
afterEach(() => f.end());

const key = { account: me, jid: alice };
const omemo = { kind: "omemo", device: 7, trust: "trusted", problem: null } as const;
const all = async (of = alice) =>
  (await f.store.read("messages.page", { account: me, jid: of, before: null, limit: 1000 })).messages;
const one = async (of = alice) => {
  const messages = await all(of);
  expect(messages).toHaveLength(1);
  return messages[0]!;
};
const versions = async (id: MessageId) =>
  (await f.store.read("message.versions", { account: me, id })).map(({ body }) => body);
const original = (more: Parameters<typeof incoming>[0] = {}) => f.receive({ body: "teh", originId: "m1", ...more });
const correct = (body: string, more: Parameters<typeof incoming>[0] = {}) =>
  f.receive({ body, originId: `c-${body}`, replaces: "m1", sentAt: T + 1000, ...more });
const retraction = (more: Partial<Removal> = {}): Removal => ({
  kind: "retraction",
  target: "m1",
  author: { outgoing: false, address: alice, occupant: null, occupancy: null },
  originId: "r1",
  messageId: null,
  archiveId: null,
  sentAt: T + 2000,
  moderator: null,
  reason: "",
  ...more,
});
const annotate = (of: Removal, chat: { account: typeof me; jid: Jid } = key) => take(f, of, chat);
const archived = (entries: ArchiveEntry<Decrypted>[], more: { complete?: boolean; now?: number } = {}) =>
  archivePage(f.store, null, entries, more);
const text = (archiveId: string, stamp: number, more: Partial<Incoming>) =>
  archivedText(archiveId, stamp, { body: archiveId, originId: archiveId, messageId: archiveId, ...more });

describe("a correction", () => {
  it("replaces the text, and the earlier versions can be shown", async () => {
    await original();
    expect(await correct("the")).toMatchObject({
      duplicate: false,
      annotated: true,
      message: { body: "the", editedAt: T + 1000 },
      chat: { last: { text: "the" } },
    });
    await correct("the end", { sentAt: T + 2000 });
    const { id } = await one();
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
    expect(await f.store.read("message.versions", { account: other, id })).toEqual([]);
  });

  it("changes neither the unread count nor the read position", async () => {
    await original();
    const message = await one();
    await f.store.write({ op: "chat.markRead", args: { ...key, upTo: message.id } });
    await correct("the");
    expect(await f.chat()).toMatchObject({ unread: 0, firstUnread: null });
  });

  it("is recognized when repeated live, as a carbon, or from the archive", async () => {
    await original();
    await correct("the", { archiveId: "a2" });
    expect(await correct("the", { archiveId: "a2" })).toEqual({ duplicate: true });
    await archived([text("a2", T + 1000, { body: "the", originId: "c-the", replaces: "m1" })]);
    const { id } = await one();
    expect(await versions(id)).toEqual(["teh", "the"]);
  });

  it("by somebody else changes nothing, and is a message of its own (CVE-2022-39835)", async () => {
    await original();
    expect(await correct("forged", { from: myJid, chat: alice })).toMatchObject({ duplicate: false, annotated: false });
    expect((await all()).map(({ body, editedAt }) => [body, editedAt])).toEqual([
      ["teh", null],
      ["forged", null],
    ]);
  });

  it("never changes a message of another chat", async () => {
    await original();
    await f.receive({ from: bob, chat: bob, body: "hi", originId: "b1" });
    await f.receive({ from: bob, chat: bob, body: "forged", originId: "b2", replaces: "m1" });
    expect(await f.bodies()).toEqual(["teh"]);
    // Bob has no message with that id: it waits.
    expect(await f.bodies(bob)).toEqual(["hi"]);
  });

  it("in plaintext never replaces an encrypted text, and is marked", async () => {
    await original({ protection: omemo });
    expect(await correct("forged")).toMatchObject({
      annotated: false,
      message: { protection: { kind: "none", unexpected: true } },
    });
    expect(await f.bodies()).toEqual(["teh", "forged"]);
    expect(await correct("the", { protection: { ...omemo, device: 8 } })).toMatchObject({
      annotated: true,
      message: { body: "the", protection: { device: 8 } },
    });
  });

  it("that cannot be decrypted is kept with its reason, and the text stays", async () => {
    await original({ protection: omemo });
    await correct("", { originId: "c1", protection: { ...omemo, problem: "session-broken" } });
    expect(
      (await all()).map(({ body, protection }) => [body, protection.kind === "omemo" && protection.problem]),
    ).toEqual([
      ["teh", null],
      ["", "session-broken"],
    ]);
  });

  it("waits for its message, in whichever order they arrive", async () => {
    expect(await correct("the end", { sentAt: T + 2000 })).toEqual({ duplicate: true });
    expect(await correct("the")).toEqual({ duplicate: true });
    expect(await all()).toEqual([]);
    expect(await original()).toMatchObject({ message: { body: "the end", editedAt: T + 2000 } });
    const { id } = await one();
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
  });

  it("that waits does not change another author's message with the same id, nor an encrypted one", async () => {
    await correct("mine");
    await correct("plain", { replaces: "m2" });
    await original({ from: myJid, chat: alice });
    expect(await f.bodies()).toEqual(["teh"]);
    await f.receive({ body: "secret", originId: "m2", protection: omemo });
    expect(await f.bodies()).toEqual(["teh", "secret"]);
    await original({ sentAt: T + 1 });
    expect(await f.bodies()).toEqual(["teh", "secret", "mine"]);
  });

  it("is shown as a message if nothing more is expected from the archive", async () => {
    await archived([text("a1", T, {})], { complete: true });
    expect(await correct("the")).toMatchObject({ duplicate: false, annotated: false, message: { body: "the" } });
  });

  it("may name the previous correction, and cycles of them end (CVE-2021-41055)", async () => {
    await correct("c2", { originId: "two", replaces: "one", sentAt: T + 2 });
    await correct("c1", { originId: "one", replaces: "m1", sentAt: T + 1 });
    await correct("x", { originId: "ring-a", replaces: "ring-b" });
    await correct("y", { originId: "ring-b", replaces: "ring-a" });
    await original();
    expect(await f.bodies()).toEqual(["c2"]);
    await correct("c3", { originId: "three", replaces: "two", sentAt: T + 3 });
    expect(await f.bodies()).toEqual(["c3"]);
  });

  it("in a chain of 10,000 keeps the first text and the newest, in bounded time", async () => {
    await original();
    for (let at = 0; at < 10_000; at += 500) {
      const ops = Array.from({ length: 500 }, (_, n) =>
        incoming({
          body: `v${at + n}`,
          originId: `c${at + n}`,
          replaces: at + n === 0 ? "m1" : `c${at + n - 1}`,
          sentAt: T + at + n,
        }),
      );
      await f.store.write(...ops);
    }
    const message = await one();
    expect(message.body).toBe("v9999");
    const kept = await versions(message.id);
    expect(kept).toHaveLength(50);
    expect([kept[0], kept.at(-1)]).toEqual(["teh", "v9999"]);
  });

  it("waits with at most 1,000 others in a contact's chat: the oldest are dropped", async () => {
    await f.store.write({
      op: "roster.put",
      args: {
        account: me,
        item: { jid: alice, name: "", groups: [], subscription: "both", asked: false },
        version: null,
      },
    });
    for (let at = 0; at < 1_100; at += 100) {
      await f.store.write(
        ...Array.from({ length: 100 }, (_, n) =>
          incoming({ body: `v${at + n}`, originId: `c${at + n}`, replaces: `m${at + n}`, sentAt: T + at + n }),
        ),
      );
    }
    await f.receive({ body: "first", originId: "m99" });
    await f.receive({ body: "later", originId: "m100" });
    expect(await f.bodies()).toEqual(["first", "v100"]);
  });

  it("does not duplicate its message: the archive has the first text", async () => {
    await f.receive({ body: "teh", messageId: "m1" });
    await correct("the");
    await archived([text("a1", T, { body: "teh", originId: null, messageId: "m1" })]);
    expect(await f.bodies()).toEqual(["the"]);
  });
});

describe("a page of the archive", () => {
  it("applies corrections to messages in it, before them, and to known ones", async () => {
    const result = await archived([
      text("m5", T + 5, {}),
      text("c5", T + 6, { body: "five", replaces: "m5" }),
      text("c1", T + 7, { body: "one", replaces: "m1" }),
    ]);
    expect(result.messages.map(({ body }) => body)).toEqual(["five"]);
    expect(result.annotated).toEqual([]);
    expect(
      (await archived([text("m1", T, {}), text("m2", T + 1, {})])).messages.map(({ body }) => body).toSorted(),
    ).toEqual(["m2", "one"]);
    expect(await f.bodies()).toEqual(["one", "m2", "five"]);
  });

  it("reports changed known messages separately from new ones", async () => {
    await original();
    const result = await archived([text("c1", T + 7, { body: "the", replaces: "m1" })]);
    expect(result).toMatchObject({
      messages: [],
      annotated: [{ body: "the" }],
      fresh: [],
      chats: [{ last: { text: "the" } }],
    });
  });

  it("orders corrections by their order in it, whatever the clocks say", async () => {
    await f.receive({ body: "one", originId: "m1", archiveId: "a1" });
    // By our clock, which is an hour ahead.
    await correct("two", { originId: "c2", archiveId: "a3", sentAt: T + 3_600_000 });
    // It was missed, and the page shows its place.
    await archived([
      text("a1", T, { body: "one", originId: "m1" }),
      text("a2", T + 1, { body: "between", replaces: "m1" }),
      text("a3", T + 2, { body: "two", originId: "c2", replaces: "m1" }),
    ]);
    expect(await f.bodies()).toEqual(["two"]);
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
    expect(
      (await archived([text("a4", T + 3, { body: "three", replaces: "m1" }), text("m5", T + 4, {})])).annotated,
    ).toMatchObject([{ body: "three" }]);
    expect(await f.bodies()).toEqual(["three", "m5"]);
    expect(await versions((await all())[0]!.id)).toEqual(["one", "between", "two", "three"]);
  });

  it("with a correction older than a known one adds only an earlier version", async () => {
    await archived([text("c9", T, { body: "newest", replaces: "m1" }), text("m9", T, {})]);
    await archived([text("m1", T, { body: "one" }), text("c2", T, { body: "between", replaces: "m1" })]);
    expect(await f.bodies()).toEqual(["newest", "m9"]);
  });

  it("of a server whose clock is ahead keeps the archive's order", async () => {
    await archived([text("c2", T + 20, { body: "newest", replaces: "m1" })], { now: T });
    await archived([text("m1", T, { body: "one" }), text("c1", T + 10, { body: "between", replaces: "m1" })], {
      now: T,
    });
    expect(await f.bodies()).toEqual(["newest"]);
  });

  it("follows the same rules for authors", async () => {
    await original({ protection: omemo });
    await archived([
      text("m2", T + 1, { from: myJid }),
      text("c1", T + 2, { body: "plain", replaces: "m1" }),
      text("c2", T + 3, { body: "forged", replaces: "m2" }),
    ]);
    expect(await f.bodies()).toEqual(expect.arrayContaining(["teh", "m2", "plain", "forged"]));
    expect(await all()).toHaveLength(4);
  });

  it("has tombstones for removed messages, and removes known ones", async () => {
    await original({ archiveId: "a1" });
    const tombstone = (archiveId: string, id: string) =>
      text(archiveId, T, { body: "", originId: null, messageId: id, tombstone: true });
    await archived([tombstone("a1", "m1"), tombstone("a2", "m2")]);
    const gone = { moderated: false, by: null, reason: "", unencrypted: false };
    expect((await all()).map(({ body, retracted }) => [body, retracted])).toEqual([
      ["", gone],
      ["", gone],
    ]);
  });
});

describe("a retraction", () => {
  it("removes the text and all earlier versions", async () => {
    await original();
    await correct("the");
    expect(await annotate(retraction())).toMatchObject({
      message: { body: "", retracted: { moderated: false, by: null }, editedAt: null },
      chat: { unread: 0, last: { text: "", retracted: true } },
    });
    expect(await versions((await one()).id)).toEqual([]);
    expect(await annotate(retraction())).toBeNull();
    await correct("again", { originId: "late", sentAt: T + 9000 });
    expect(await f.bodies()).toEqual([""]);
    // The archive may still have the text.
    await archived([text("a1", T, { body: "teh", originId: "m1" })]);
    expect(await f.bodies()).toEqual([""]);
  });

  it("is plaintext, so it is marked if it removes an encrypted text: a server could have forged it", async () => {
    await original({ protection: omemo });
    expect(await annotate(retraction())).toMatchObject({ message: { body: "", retracted: { unencrypted: true } } });
    await f.reopen();
    expect(await one()).toMatchObject({ retracted: { unencrypted: true }, protection: { kind: "omemo" } });
  });

  it("is also marked if it arrives first, seems to be ours, or the archive has only a tombstone", async () => {
    await f.receive({ body: "hi", originId: "m0" });
    await annotate(retraction());
    await original({ protection: omemo });
    await f.receive({ from: myJid, chat: alice, body: "mine", originId: "m2", protection: omemo, sentAt: T + 1 });
    await annotate(
      retraction({
        target: "m2",
        originId: "r2",
        author: { outgoing: true, address: myJid, occupant: null, occupancy: null },
      }),
    );
    await f.receive({ body: "gone", originId: "m3", archiveId: "a3", protection: omemo, sentAt: T + 2 });
    await archived([text("a3", T + 2, { body: "", originId: "m3", tombstone: true })]);
    expect((await all()).map(({ retracted }) => retracted?.unencrypted)).toEqual([undefined, true, true, true]);
  });

  it("waits for its message", async () => {
    await f.receive({ body: "hi", originId: "m0" });
    expect(await annotate(retraction())).toBeNull();
    await original();
    expect(await f.bodies()).toEqual(["hi", ""]);
  });

  it("by somebody else, or in another chat, has no effect", async () => {
    await original();
    await f.receive({ from: bob, chat: bob, body: "hi", originId: "b1" });
    await annotate(retraction({ author: { outgoing: true, address: myJid, occupant: null, occupancy: null } }));
    await annotate(retraction({ author: { outgoing: false, address: bob, occupant: null, occupancy: null } }), {
      account: me,
      jid: bob,
    });
    expect(await f.bodies()).toEqual(["teh"]);
    expect(await f.bodies(bob)).toEqual(["hi"]);
  });
});

describe("changes in a room", () => {
  const ann = by("ann", { occupantId: "occ-ann" });
  const inRoom = (author: Removal["author"]["occupant"], more: Partial<Removal> = {}) =>
    retraction({
      target: "a-1",
      author: { outgoing: false, address: room, occupant: author, occupancy: null },
      ...more,
    });
  const now = async () => (await all(room)).map(({ body, retracted }) => (retracted === null ? body : "gone"));
  beforeEach(async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened());
  });
  const say = (more: object = {}, how: object = { archiveId: "a-1" }) =>
    receive(f.store, roomText("teh", { writer: ann, messageId: "m1", ...more }), how);
  const mend = (body: string, more: object = {}, how: object = {}) =>
    receive(f.store, roomText(body, { writer: ann, replaces: "m1", ...more }), { sentAt: T + 1000, ...how });

  it("are attributed by the occupant id", async () => {
    await say();
    expect(await mend("the", { writer: by("anna", { occupantId: "occ-ann" }) })).toMatchObject({
      body: "the",
      writer: ann,
    });
    await mend("forged", { writer: by("ann", { occupantId: "occ-eve" }) });
    await mend("forged too", { writer: by("ann") });
    expect(await now()).toEqual(["the", "forged", "forged too"]);
  });

  it("with one occupant id and two real addresses belong to nobody", async () => {
    await say({ writer: { ...ann, jid: alice } });
    await mend("forged", { writer: { ...ann, jid: bob } });
    expect(await now()).toEqual(["teh", "forged"]);
  });

  it("without occupant ids are attributed by the real address or one uninterrupted presence, never by a reused nickname", async () => {
    await say({ writer: by("ann"), occupancy: "first" });
    await mend("the", { writer: by("ann"), occupancy: "first" });
    await mend("forged", { writer: by("ann"), occupancy: "second" });
    await mend("from the archive", { writer: by("ann") });
    await say({ writer: by("bob", { jid: bob }), messageId: "m2", body: "bob" }, { archiveId: "a-2" });
    await mend("mended", { writer: by("bob", { jid: bob }), replaces: "m2", occupancy: "later" });
    await mend("forged by Alice", { writer: by("bob", { jid: alice }), replaces: "m2" });
    expect(await now()).toEqual(["the", "forged", "from the archive", "mended", "forged by Alice"]);
  });

  it("retract by the room's archive id, and only for the author", async () => {
    await say();
    expect(await annotate(inRoom(by("ann", { occupantId: "occ-eve" })), roomKey)).toBeNull();
    expect(await annotate(inRoom(null), roomKey)).toBeNull();
    expect(await now()).toEqual(["teh"]);
    expect(await annotate(inRoom(ann, { originId: "r2" }), roomKey)).toMatchObject({
      message: { retracted: { moderated: false } },
    });
  });

  it("by the room itself use only its own ids, and name moderator and reason", async () => {
    await say();
    const moderation = inRoom(null, { kind: "moderation", moderator: "mod", reason: "spam" });
    await annotate({ ...moderation, target: "m1" }, roomKey);
    expect(await now()).toEqual(["teh"]);
    expect(await annotate({ ...moderation, originId: "r2" }, roomKey)).toMatchObject({
      message: { body: "", retracted: { moderated: true, by: "mod", reason: "spam" } },
    });
  });

  it("from the archive, newest first: a removal waits for its message, or its tombstone", async () => {
    const of = inRoom(null, { kind: "moderation", archiveId: "a-9", moderator: "mod", reason: "spam" });
    const moderation = { archiveId: "a-9", stamp: T + 9, inbound: change(of, room) };
    await page(f.store, [moderation]);
    await page(f.store, [entryOf("a-1", T, roomText("", { writer: by("ann"), messageId: "m1", tombstone: true }))]);
    expect((await all(room)).map(({ retracted }) => retracted)).toEqual([
      { moderated: true, by: "mod", reason: "spam", unencrypted: false },
    ]);
  });

  it("from the archive are also checked against the authors", async () => {
    await page(f.store, [
      entryOf("a-1", T, roomText("teh", { writer: ann, messageId: "m1" })),
      entryOf("a-2", T + 1, roomText("the", { writer: ann, replaces: "m1" })),
      entryOf("a-3", T + 2, roomText("forged", { writer: by("ann", { occupantId: "occ-eve" }), replaces: "m1" })),
      entryOf("a-4", T + 3, roomText("nobody", { writer: by("ann"), replaces: "far away" })),
    ]);
    expect(await now()).toEqual(["the", "forged", "nobody"]);
  });
});
