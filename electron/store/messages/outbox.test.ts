import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { alice, bob, fixture, me, myJid, other, type Fixture } from "../testing/store.ts";
import { outgoing, sendText } from "../testing/outbox.ts";

describe("the outbox", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const queue = (body: string, jid = alice) => sendText(f.store, outgoing(body, `origin-${body}`, { jid }));
  const pending = async (account = me) =>
    (await f.store.read("outbox.pending", { account })).map(
      ({ payload, conversation, attempts }) =>
        `${payload.kind === "text" ? payload.body : payload.kind} > ${conversation.jid} (${attempts})`,
    );
  const bounce = (originId: string, chat = alice) => ({
    op: "outbox.failed" as const,
    args: { account: me, chat, originId, condition: "item-not-found", text: "nobody here", waiting: false },
  });
  const delivery = async () => {
    const page = await f.store.read("messages.page", { account: me, jid: alice, before: null, limit: 10 });
    return page.messages.map((message) => message.delivery);
  };

  it("keeps queued entries in order across a restart", async () => {
    const { message, chat } = await queue("one");
    expect(message).toMatchObject({ direction: "out", from: myJid, delivery: "pending", failure: null });
    expect(chat.last).toMatchObject({ id: message.id, direction: "out", text: "one", delivery: "pending" });
    await queue("two", bob);
    await queue("three");
    await f.reopen();
    expect(await pending()).toEqual([`one > ${alice} (0)`, `two > ${bob} (0)`, `three > ${alice} (0)`]);
    expect(await pending(other)).toEqual([]);
  });

  it("fails what still waits, and an acknowledged message only by an error of the other side", async () => {
    await queue("one");
    const refused = bounce("origin-one");
    const unsent = { ...refused, args: { ...refused.args, waiting: true } };
    await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["origin-one"] } });
    expect(await f.store.write(unsent)).toEqual([null]);
    expect(await delivery()).toEqual(["sent"]);
    await f.store.write(refused);
    expect(await delivery()).toEqual(["failed"]);
    await queue("two");
    await f.store.write({ ...unsent, args: { ...unsent.args, originId: "origin-two" } });
    expect(await delivery()).toEqual(["failed", "failed"]);
    expect(await pending()).toEqual([]);
  });

  it("counts tries, and removes acknowledged entries", async () => {
    await queue("one");
    await queue("two");
    await f.store.write({ op: "outbox.tried", args: { account: me, originId: "origin-one", now: 1 } });
    expect((await pending())[0]).toBe(`one > ${alice} (1)`);
    const originIds = ["origin-one", "unknown", "origin-two"];
    const [acked] = await f.store.write({ op: "outbox.acked", args: { account: me, originIds } });
    expect(acked.messages.map((message) => message.delivery)).toEqual(["sent", "sent"]);
    expect(acked.chats).toHaveLength(1);
    expect(await pending()).toEqual([]);
    expect(await f.store.write({ op: "outbox.acked", args: { account: me, originIds } })).toEqual([
      { messages: [], chats: [] },
    ]);
  });

  it("never queues the same origin-id twice, and undoes the message with it", async () => {
    await queue("one");
    await expect(queue("one")).rejects.toMatchObject({ code: "internal" });
    expect(await f.bodies()).toEqual(["one"]);
  });

  it("marks a refused message, before and after the server acknowledged it", async () => {
    await queue("one");
    await queue("two");
    await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["origin-one"] } });
    for (const originId of ["origin-one", "origin-two"]) {
      const [failed] = await f.store.write(bounce(originId));
      expect(failed!.message).toMatchObject({
        delivery: "failed",
        failure: { condition: "item-not-found", text: "nobody here" },
      });
    }
    expect(await pending()).toEqual([]);
  });

  it("ignores errors of senders to whom the message was not sent", async () => {
    await queue("one");
    await f.receive({ originId: "theirs" });
    expect(await f.store.write(bounce("origin-one", bob), bounce("theirs"), bounce("unknown"))).toEqual([
      null,
      null,
      null,
    ]);
    expect(await delivery()).toContain("pending");
  });

  it("sends a failed message again under a new origin-id, at the end of the queue", async () => {
    const { message } = await queue("one");
    await queue("two");
    await f.store.write(bounce("origin-one"));
    const retry = { op: "outbox.retry" as const, args: { account: me, id: message.id, originId: "again" } };
    expect(
      await f.store.write({ op: "outbox.retry", args: { account: other, id: message.id, originId: "again" } }),
    ).toEqual([null]);
    const [back] = await f.store.write(retry);
    expect(back!.message).toMatchObject({ id: message.id, delivery: "pending", failure: null });
    expect(await pending()).toEqual([`two > ${alice} (0)`, `one > ${alice} (0)`]);
    expect(await f.bodies()).toEqual(["one", "two"]);
    expect(await f.store.write(retry)).toEqual([null]);
    // The error of the first try, repeated by the archive, does not affect the second.
    expect(await f.store.write(bounce("origin-one"))).toEqual([null]);
  });

  it("discards only failed messages, and never reuses their id", async () => {
    const first = await queue("one");
    const second = await queue("two");
    const discard = (id: MessageId) => f.store.write({ op: "outbox.discard", args: { account: me, id } });
    expect(await discard(second.message.id)).toEqual([null]);
    await f.store.write(bounce("origin-two"));
    const [gone] = await discard(second.message.id);
    expect(gone!.chat.last!.id).toBe(first.message.id);
    expect(await f.bodies()).toEqual(["one"]);
    expect((await queue("three")).message.id).toBeGreaterThan(second.message.id);
    await f.store.write(bounce("origin-one"), bounce("origin-three"));
    await discard(first.message.id);
    const page = await f.store.read("messages.page", { account: me, jid: alice, before: null, limit: 9 });
    const [empty] = await discard(page.messages[0]!.id);
    expect(empty!.chat.last).toBeNull();
  });
});
