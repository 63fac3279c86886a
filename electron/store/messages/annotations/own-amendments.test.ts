import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import { alice, fixture, marked, me, myJid, T, type Fixture } from "../../testing/store.ts";
import { changing, outgoing, wrote } from "../../testing/outbox.ts";
import { by, opened, queued, receive, room, said, storedRoom } from "../../testing/room.ts";

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

describe("a change of ours", () => {
  const queue = async (body: string, originId: string, encryption: "none" | "omemo" = "none") =>
    (await wrote(f.store, outgoing(body, originId, { encryption }))).message.id;
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

  it("shows at once and goes out behind its message, naming the first one", async () => {
    const id = await queue("teh", "q1");
    expect(await fix(id, "the", "c1")).toMatchObject({
      message: { body: "the", delivery: "pending", amending: { kind: "correction", failure: null } },
    });
    await fix(id, "the end", "c2");
    expect((await pending()).slice(1)).toEqual([
      { originId: "c1", encryption: "none", payload: { kind: "text", body: "the", replaces: "q1" } },
      { originId: "c2", encryption: "none", payload: { kind: "text", body: "the end", replaces: "q1" } },
    ]);
    await acked("q1", "c1");
    expect(await one()).toMatchObject({ delivery: "sent", amending: { kind: "correction" } });
    await acked("c2");
    expect(await one()).toMatchObject({ delivery: "sent", amending: null, body: "the end" });
    expect(await f.receive({ from: myJid, chat: alice, body: "the", originId: "c1", replaces: "q1" })).toEqual({
      duplicate: true,
    });
    expect(await versions(id)).toEqual(["teh", "the", "the end"]);
  });

  it("a receipt for the message does not take its correction out of the outbox", async () => {
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
      { originId: "r", encryption: "none", payload: { kind: "retraction", target: "q1", explain: false } },
    ]);
  });

  it("is refused: the message says so, and it can be tried again", async () => {
    const id = await queue("teh", "q1");
    await acked("q1");
    await fix(id, "the", "c1");
    await acked("c1");
    await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId: "c1", condition: "forbidden", text: "no" },
    });
    expect(await one()).toMatchObject({
      delivery: "sent",
      failure: null,
      amending: { kind: "correction", failure: { condition: "forbidden", text: "no" } },
    });
    await f.store.write({ op: "outbox.retry", args: { account: me, id, originId: "c9" } });
    expect(await pending()).toMatchObject([{ originId: "c9", payload: { body: "the", replaces: "q1" } }]);
    expect(await one()).toMatchObject({ amending: { kind: "correction", failure: null } });
  });

  it("what was encrypted and is taken back here bears no mark: nobody else can have written that", async () => {
    const id = await queue("secret", "q1", "omemo");
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q1", now: T } });
    expect(await takeBack(id)).toMatchObject({
      message: { body: "", protection: { kind: "omemo" }, retracted: { unencrypted: false } },
    });
  });

  it("what has not left is simply gone; what may have left is taken back", async () => {
    const first = await queue("never sent", "q1");
    expect(await takeBack(first)).toMatchObject({ message: null, chat: { last: null } });
    const second = await queue("tried", "q2");
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q2", now: T } });
    expect(await takeBack(second)).toMatchObject({
      message: { body: "", delivery: "sent", retracted: { moderated: false }, amending: { kind: "retraction" } },
    });
    expect(await pending()).toMatchObject([
      { originId: "r", payload: { kind: "retraction", target: "q2", explain: true } },
    ]);
    expect(await takeBack(second)).toBeNull();
    expect(await fix(second, "x", "c")).toBeNull();
  });

  it("nobody else's, and no failed one", async () => {
    await f.receive({ body: "his", originId: "m1" });
    expect(await fix((await one()).id, "x", "c")).toBeNull();
    expect(await takeBack((await one()).id)).toBeNull();
    const id = await queue("bad", "q1");
    await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId: "q1", condition: "forbidden", text: "" },
    });
    expect(await fix(id, "x", "c")).toBeNull();
  });

  it("in a room a retraction names the room's id", async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened());
    const { message } = await wrote(f.store, queued("teh", "q1"));
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "q1", now: T } });
    await receive(
      f.store,
      said("teh", {
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
});
