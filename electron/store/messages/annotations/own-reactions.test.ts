import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import type { Reacted } from "./changes.ts";
import { alice, fixture, inbound, type incoming, marked, me, T, type Fixture } from "../../testing/store.ts";
import { changing, outgoing, sendText } from "../../testing/outbox.ts";
import * as fixtures from "../../testing/reactions.ts";
import { by, room } from "../../testing/room.ts";

const { hers, ours, reacted, reaction } = fixtures;
let f: Fixture;
beforeEach(async () => {
  f = await fixture();
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
});
afterEach(() => f.end());

const key = { account: me, jid: alice };
let count = 0;
const take = (of: Reacted) => fixtures.take(f, of);
const all = (of = alice) => fixtures.all(f, of);
const shown = () => fixtures.shown(f);
const archived = (entries: Parameters<typeof fixtures.archived>[1]) => fixtures.archived(f, entries);
const original = (more: Parameters<typeof incoming>[0] = {}) => f.receive({ body: "hello", originId: "m1", ...more });

describe("our reactions", () => {
  const set = async (emoji: string, chosen = true, id?: MessageId) => {
    const originId = `q${count++}`;
    const [outcome] = await f.store.write(
      changing(originId, { kind: "reaction", id: id ?? (await all())[0]!.id, emoji, chosen }),
    );
    return { outcome, originId };
  };
  const pending = async () =>
    (await f.store.read("outbox.pending", { account: me })).map(({ payload, encryption }) => ({
      ...payload,
      encryption,
    }));
  const failed = (originId: string, condition = "not-acceptable") =>
    f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId, condition, text: "only hearts", waiting: false },
    });
  const acked = (...originIds: string[]) => f.store.write({ op: "outbox.acked", args: { account: me, originIds } });
  const tried = (originId: string) => f.store.write({ op: "outbox.tried", args: { account: me, originId, now: T } });

  it("are shown at once, and sent as one set with the id that the sender chose", async () => {
    await original({ messageId: "s1" });
    expect((await set("👍")).outcome).toMatchObject({
      message: { delivery: null, reactions: [{ emoji: "👍", own: true, count: 1 }], reacting: { failure: null } },
    });
    const { originId } = await set("🎉");
    expect(await pending()).toEqual([{ kind: "reaction", target: "m1", emoji: ["👍", "🎉"], encryption: "none" }]);
    await tried(originId);
    await acked(originId);
    expect(await pending()).toEqual([]);
    expect((await all())[0]).toMatchObject({
      delivery: null,
      reacting: null,
      reactions: [{ emoji: "👍" }, { emoji: "🎉" }],
    });
    await set("👍", false);
    expect(await pending()).toMatchObject([{ emoji: ["🎉"] }]);
  });

  it("removed before a try are not sent; those that were tried are retracted", async () => {
    await original();
    await set("👍");
    await set("👍", false);
    expect(await pending()).toEqual([]);
    expect((await all())[0]).toMatchObject({ reactions: [], reacting: null });
    await tried((await set("🎉")).originId);
    await set("🎉", false);
    expect(await pending()).toMatchObject([{ emoji: [] }]);
  });

  it("that are refused show the previous set with the reason until the next one (§3.3)", async () => {
    await original();
    const first = await set("💜");
    await acked(first.originId);
    const { originId } = await set("👍");
    await acked(originId);
    await failed(originId);
    expect((await all())[0]).toMatchObject({
      delivery: null,
      failure: null,
      reactions: [{ emoji: "💜", own: true }],
      reacting: { failure: { condition: "not-acceptable", text: "only hearts" } },
    });
    expect(await shown()).toBe("💜1*");
    // The archive has the refused ones, and the error.
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T + 100_000 } });
    const refused = { ...reaction("💜 👍", { author: ours }), originId };
    const accepted = { ...reaction("💜", { author: ours }), originId: first.originId };
    await archived([
      reacted(accepted, T + 49),
      reacted(refused, T + 50),
      {
        archiveId: "a-e",
        stamp: T + 51,
        inbound: inbound(
          { jid: alice, kind: "contact" },
          {},
          { payload: { kind: "error", target: originId, condition: "not-acceptable", text: "" } },
        ),
      },
    ]);
    expect((await all())[0]).toMatchObject({
      reactions: [{ emoji: "💜" }],
      reacting: { failure: { condition: "not-acceptable" } },
    });
    await set("💘");
    expect((await all())[0]).toMatchObject({ reacting: { failure: null } });
    expect(await failed(originId)).toEqual([null]);
  });

  it("wait while another device changes them, and win when they are sent", async () => {
    await original();
    const { originId } = await set("👍");
    await take(reaction("🎉", { author: ours }));
    expect(await shown()).toBe("👍1*");
    await tried(originId);
    await acked(originId);
    await take(reaction("😂", { author: ours }));
    expect(await shown()).toBe("😂1*");
  });

  it("must be encrypted if the chat is encrypted when they are sent", async () => {
    await original();
    await set("👍");
    await f.store.write({ op: "chat.setEncryption", args: { ...key, encryption: "omemo" } });
    expect(await pending()).toMatchObject([{ kind: "reaction", encryption: "omemo" }]);
  });

  it("are not possible to a message others do not have, a removed one, or one to a previous occupant", async () => {
    const { message } = await sendText(f.store, outgoing("mine", "o1"));
    expect(message.reactable).toBe(false);
    expect((await set("👍", true, message.id)).outcome).toBeNull();
    await acked("o1");
    expect((await set("👍", true, message.id)).outcome).toMatchObject({
      message: { delivery: "sent", reactable: true },
    });
    await f.store.write(marked("receipt", "o1"));
    expect(await pending()).toHaveLength(1);
    await f.store.write(changing("x", { kind: "retraction", id: message.id }));
    expect((await pending()).map(({ kind }) => kind)).toEqual(["retraction"]);
    expect((await set("👍", true, message.id)).outcome).toBeNull();
    await f.receive({ body: "without any name" });
    expect((await all()).at(-1)).toMatchObject({ body: "without any name", reactable: false });
    await f.receive({
      body: "psst",
      originId: "p1",
      chat: `${room}/ann` as never,
      from: room,
      occupant: by("ann", { occupantId: "o-ann" }),
    });
    const [secret] = await all(`${room}/ann` as never);
    expect(secret).toMatchObject({ reactable: false });
    expect((await set("👍", true, secret!.id)).outcome).toBeNull();
  });

  it("never acknowledge or fail the message itself, or its correction", async () => {
    await original();
    const { id } = (await all())[0]!;
    const { originId } = await set("👍");
    await take({ ...reaction(""), author: ours });
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
    // Entries about a deleted text are deleted too; they are not taken for a message.
    expect(await f.store.read("outbox.pending", { account: me })).toEqual([]);
    await acked(originId);
    expect(await f.store.read("message.get", { account: me, id })).toMatchObject({ delivery: null, reactions: [] });
  });

  it("are removed with the account", async () => {
    await original();
    await set("👍");
    await f.store.write({ op: "account.remove", args: { account: me } });
    expect(await f.store.read("outbox.pending", { account: me })).toEqual([]);
  });
});
