import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import {
  alice,
  archivedText,
  archivePage,
  bob,
  fixture,
  marked,
  me,
  myJid,
  T,
  type Fixture,
} from "../../testing/store.ts";
import { changing, outgoing, sendText } from "../../testing/outbox.ts";
import { by, entryOf, opened, queued, receive, room, roomText, storedRoom } from "../../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const key = { account: me, jid: alice };
const one = async () => {
  const { messages } = await f.store.read("messages.page", { ...key, before: null, limit: 10 });
  expect(messages).toHaveLength(1);
  return messages[0]!;
};
const versions = async (id: MessageId) =>
  (await f.store.read("message.versions", { account: me, id })).map(({ body }) => body);

describe("our correction or retraction", () => {
  const queue = async (body: string, originId: string, encryption: "none" | "omemo" = "none") =>
    (await sendText(f.store, outgoing(body, originId, { encryption }))).message.id;
  const pending = async () =>
    (await f.store.read("outbox.pending", { account: me })).map(({ originId, encryption, payload }) => ({
      originId,
      encryption,
      payload,
    }));
  const fix = async (id: MessageId, body: string, originId: string, encryption: "none" | "omemo" = "none") =>
    (await f.store.write(changing(originId, { kind: "correction", id, body, encryption }, T + 10)))[0];
  const takeBack = async (id: MessageId) => (await f.store.write(changing("r", { kind: "retraction", id }, T + 20)))[0];
  const acked = (...originIds: string[]) => f.store.write({ op: "outbox.acked", args: { account: me, originIds } });

  it("is shown at once, and sent after its message with the id of the first one", async () => {
    const id = await queue("teh", "q1");
    expect(await fix(id, "the", "c1")).toMatchObject({
      message: { body: "the", delivery: "pending", pendingChange: { kind: "correction", failure: null } },
    });
    await fix(id, "the end", "c2");
    // Others get every text once, in its order.
    expect(await pending()).toEqual([
      { originId: "q1", encryption: "none", payload: { kind: "text", body: "teh" } },
      { originId: "c1", encryption: "none", payload: { kind: "text", body: "the", replaces: "q1" } },
      { originId: "c2", encryption: "none", payload: { kind: "text", body: "the end", replaces: "q1" } },
    ]);
    await acked("q1", "c1");
    expect(await one()).toMatchObject({ delivery: "sent", pendingChange: { kind: "correction" } });
    await acked("c2");
    expect(await one()).toMatchObject({ delivery: "sent", pendingChange: null, body: "the end" });
    expect(await f.receive({ from: myJid, chat: alice, body: "the", originId: "c1", replaces: "q1" })).toEqual({
      duplicate: true,
    });
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
  });

  it("remains the newest version when the archive shows only the one before it", async () => {
    await f.store.write(opened(T, null));
    const id = await queue("teh", "q1");
    await acked("q1");
    await fix(id, "the", "c1");
    await fix(id, "the end", "c2");
    await f.store.write(opened(T + 20, null));
    const entries = [
      archivedText("a1", T, { from: myJid, chat: alice, body: "teh", originId: "q1" }),
      archivedText("a2", T + 10, { from: myJid, chat: alice, body: "the", originId: "c1", replaces: "q1" }),
    ];
    await archivePage(f.store, null, entries);
    expect((await one()).body).toBe("the end");
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
  });

  it("keeps its order around a message of another chat that was found late and stands after newer ones", async () => {
    await f.store.write(opened(T, null));
    const id = await queue("teh", "q1");
    await acked("q1");
    await fix(id, "the", "c1");
    await fix(id, "the end", "c2");
    await f.store.write(opened(T + 20, null));
    await f.receive({ body: "newer", originId: "y", archiveId: "a5", sentAt: T + 30 });
    await f.receive({ from: bob, chat: bob, body: "late", originId: "p", archiveId: "a3", sentAt: T + 40 });
    const mine = { from: myJid, chat: alice };
    await archivePage(f.store, null, [
      archivedText("a1", T, { ...mine, body: "teh", originId: "q1" }),
      archivedText("a2", T, { ...mine, body: "the", originId: "c1", replaces: "q1" }),
      archivedText("a3", T, { from: bob, chat: bob, body: "late", originId: "p" }),
      archivedText("a4", T, { ...mine, body: "the end", originId: "c2", replaces: "q1" }),
      archivedText("a5", T, { body: "newer", originId: "y" }),
    ]);
    expect(await f.bodies(alice)).toEqual(["the end", "newer"]);
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
  });

  it("stays in the outbox when a receipt for the message arrives", async () => {
    const id = await queue("teh", "q1");
    await acked("q1");
    await fix(id, "the", "c1");
    await f.store.write(marked("displayed", "q1"));
    expect(await pending()).toHaveLength(1);
    expect(await one()).toMatchObject({ delivery: "read" });
  });

  it("stays encrypted", async () => {
    const id = await queue("secret", "q1", "omemo");
    await acked("q1");
    expect(await fix(id, "plain", "c1", "none")).toBeNull();
    await fix(id, "secret 2", "c2", "omemo");
    await takeBack(id);
    expect(await pending()).toEqual([
      { originId: "r", encryption: "none", payload: { kind: "retraction", target: "q1" } },
    ]);
  });

  it("that is refused is shown so, and can be sent again", async () => {
    const id = await queue("teh", "q1");
    await acked("q1");
    await fix(id, "the", "c1");
    await acked("c1");
    await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId: "c1", condition: "forbidden", text: "no", waiting: false },
    });
    expect(await one()).toMatchObject({
      delivery: "sent",
      failure: null,
      pendingChange: { kind: "correction", failure: { condition: "forbidden", text: "no" } },
    });
    await f.store.write({ op: "outbox.retry", args: { account: me, id, originId: "c9" } });
    expect(await pending()).toMatchObject([{ originId: "c9", payload: { body: "the", replaces: "q1" } }]);
    expect(await one()).toMatchObject({ pendingChange: { kind: "correction", failure: null } });
  });

  it("of an encrypted message is not marked, because nobody else can have written it", async () => {
    const id = await queue("secret", "q1", "omemo");
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q1", now: T } });
    expect(await takeBack(id)).toMatchObject({
      message: { body: "", protection: { kind: "omemo" }, retracted: { unencrypted: false } },
    });
  });

  it("deletes a message that was never sent, and retracts one that may have been sent", async () => {
    const first = await queue("never sent", "q1");
    expect(await takeBack(first)).toMatchObject({ message: null, chat: { last: null } });
    const second = await queue("tried", "q2");
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q2", now: T } });
    expect(await takeBack(second)).toMatchObject({
      message: { body: "", delivery: "sent", retracted: { moderated: false }, pendingChange: { kind: "retraction" } },
    });
    expect(await pending()).toMatchObject([{ originId: "r", payload: { kind: "retraction", target: "q2" } }]);
    expect(await takeBack(second)).toBeNull();
    expect(await fix(second, "x", "c")).toBeNull();
  });

  it("is not possible for somebody else's message, or a failed one", async () => {
    await f.receive({ body: "his", originId: "m1" });
    expect(await fix((await one()).id, "x", "c")).toBeNull();
    expect(await takeBack((await one()).id)).toBeNull();
    const id = await queue("bad", "q1");
    await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId: "q1", condition: "forbidden", text: "", waiting: false },
    });
    expect(await fix(id, "x", "c")).toBeNull();
  });

  it("uses the room's archive id for a retraction in a room", async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened());
    const { message } = await sendText(f.store, queued("teh", "q1"));
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q1", now: T } });
    await receive(
      f.store,
      roomText("teh", {
        own: true,
        originId: "q1",
        messageId: "q1",
        writer: by("me", { occupantId: "occ-me", jid: myJid }),
      }),
      { archiveId: "a-q1" },
    );
    await fix(message.id, "the", "c1");
    await takeBack(message.id);
    expect(await pending()).toMatchObject([{ payload: { kind: "retraction", target: "a-q1" } }]);
    expect(await f.bodies(room)).toEqual([""]);
  });

  it("remains the newest version if the room reflects it before its archive shows the one before it", async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened());
    const reflected = (body: string, originId: string, more = {}) =>
      roomText(body, { own: true, writer: by("me"), originId, messageId: originId, ...more });
    const { message } = await sendText(f.store, queued("teh", "q1"));
    await receive(f.store, reflected("teh", "q1"), { archiveId: "a1" });
    const fix = (body: string, originId: string, now: number) =>
      f.store.write(changing(originId, { kind: "correction", id: message.id, body, encryption: "none" }, now));
    await fix("the", "c1", T + 10);
    await fix("the end", "c2", T + 20);
    // The session ends before the first one is reflected; the archive is asked before the second is sent.
    await f.store.write(opened(T + 5000));
    await receive(f.store, reflected("the end", "c2", { replaces: "q1" }), { archiveId: "a3" });
    await archivePage(f.store, room, [
      entryOf("a1", T, reflected("teh", "q1")),
      entryOf("a2", T + 9000, reflected("the", "c1", { replaces: "q1" })),
    ]);
    expect(await f.store.read("messages.page", { account: me, jid: room, before: null, limit: 9 })).toMatchObject({
      messages: [{ body: "the end" }],
    });
    expect(await versions(message.id)).toEqual(["teh", "the", "the end"]);
  });
});
