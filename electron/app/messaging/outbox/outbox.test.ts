import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../../shared/ipc/index.ts";
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { Draft } from "../../../model/outbound.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import type { ArchiveIntents, MessageIntents } from "../../../xmpp/intents.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import type { Checkpoint } from "../../host.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import { outboundRules } from "./outbound-rules.ts";
import { createOutbox, messageOf, type Outbox } from "./outbox.ts";

const account = "account00001" as AccountId;
const peer = "peer@localhost" as BareJid;

describe("the outbox", () => {
  let folder: string;
  let store: Store;
  let online: boolean;
  let wire: { originId: string; body: string }[];
  let cutAfter: number;
  /** While set, the stream blocks in `send`. */
  let held: Promise<void> | null;
  const shown = new Map<number, Message>();
  let outbox: Outbox;
  /** Checkpoints that were passed. */
  let passed: Checkpoint[];
  let removed: MessageId[];
  let isIn: boolean;
  let obstacle: "occupant-changed" | null;
  /** Rooms that were joined again. */
  let enteredAgain: Jid[];

  /** A simulated stream: accepts stanzas while it is up, and can be cut. */
  const messages: MessageIntents = {
    async send({ originId, payload }) {
      if (!online || cutAfter-- <= 0) throw new NotConnected();
      wire.push({ originId, body: payload.kind === "text" ? payload.body : payload.kind });
      await held;
    },
    sendKeys: async () => undefined,
    confirmReceived: async () => undefined,
    ...{ confirmDisplayed: async () => undefined, chatState: async () => undefined },
  };
  /** The content of the archive. */
  let archived: { originId: string; stamp: number }[];
  /** Pages that were asked for. */
  let asked: number;
  const archive = {
    supported: async () => true,
    newestBefore: async () => null,
    async page() {
      asked++;
      const entries: ArchiveEntry[] = archived.map(({ originId, stamp }, at) => ({
        archiveId: String(at),
        stamp,
        inbound: {
          author: { outgoing: true },
          ids: { originId, messageId: originId },
          payload: { kind: "text" },
        } as Inbound,
      }));
      return { entries, first: entries[0]?.archiveId ?? null, complete: true };
    },
  } as Partial<ArchiveIntents> as ArchiveIntents;
  const make = () =>
    createOutbox(account, {
      store,
      rules: outboundRules({
        client: () => ({ archive }),
        rooms: {
          isIn: () => isIn,
          get: () => null,
          searchable: () => archive,
          encryption: { recipients: () => Promise.reject(new Error("no room")) },
        },
        privately: { obstacle: () => obstacle },
      }),
      client: () => ({ messages }),
      encrypt: {
        message: ({ payload }) => Promise.reject(new CannotEncrypt(`${payload.kind as "reaction"}-not-encrypted`)),
      },
      uploads: { waitFor: () => false, forget: () => undefined },
      publish(name, payload) {
        if (name !== "messages.changed") return;
        const changes = payload as EventPayload<"messages.changed">;
        for (const one of changes.changed) shown.set(one.id, one);
        removed.push(...changes.removed);
      },
      ...{ checkpoint: (at: Checkpoint) => void passed.push(at), sending: () => false },
      enterAgain(room) {
        enteredAgain.push(room);
        isIn = false;
      },
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-outbox-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
    await store.write({
      op: "account.put",
      args: {
        id: account,
        jid: "me@localhost" as BareJid,
        password: "x",
        enabled: true,
        advanced: {},
        pinnedFingerprint: null,
        presence: { show: "available", status: "" },
      },
    });
    online = false;
    enteredAgain = [];
    wire = [];
    archived = [];
    asked = 0;
    cutAfter = Infinity;
    held = null;
    passed = [];
    removed = [];
    isIn = false;
    obstacle = null;
    shown.clear();
    outbox = make();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const say = async (body: string, by = outbox) =>
    messageOf(
      await by.send({
        kind: "text",
        conversation: { jid: peer, kind: "contact" },
        for: null,
        body,
        encryption: "none",
      }),
    );
  const bodies = () => wire.map((one) => one.body);
  const states = () => [...shown.values()].map((one) => one.delivery);

  it("keeps messages written offline and sends them in order", async () => {
    for (const body of ["one", "two", "three"]) expect((await say(body)).delivery).toBe("pending");
    expect(wire).toEqual([]);
    online = true;
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["one", "two", "three"]));
    await outbox.acked(wire.map((one) => one.originId));
    expect(states()).toEqual(["sent", "sent", "sent"]);
    expect(await store.read("outbox.pending", { account })).toEqual([]);
  });

  it("sends messages of a lost session again under the same origin-id", async () => {
    online = true;
    outbox.ready();
    await say("lost");
    await vi.waitFor(() => expect(bodies()).toEqual(["lost"]));
    outbox.ready();
    await say("next");
    await vi.waitFor(() => expect(bodies()).toEqual(["lost", "next"]));
    outbox.unacked([wire[0]!.originId]);
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["lost", "next", "lost"]));
    expect(wire[2]!.originId).toBe(wire[0]!.originId);
  });

  it("asks the archive before it sends again, and sends only messages that had not arrived", async () => {
    online = true;
    outbox.ready();
    for (const body of ["arrived", "lost"]) await say(body);
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost"]));
    archived = [{ originId: wire[0]!.originId, stamp: Date.now() }];
    outbox.offline();
    outbox.unacked(wire.map((one) => one.originId));
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost", "lost"]));
    expect(states()).toEqual(["sent", "pending"]);
  });

  it("asks the archive once in a session for what may have arrived, also where each message goes alone", async () => {
    online = true;
    outbox.ready();
    const all = ["one", "two", "three", "four"];
    for (const body of all) await say(body);
    await vi.waitFor(() => expect(bodies()).toEqual(all));
    outbox.offline("not-well-formed");
    outbox.unacked(wire.map((one) => one.originId));
    asked = 0;
    outbox.ready();
    for (const [at] of all.entries()) {
      await vi.waitFor(() => expect(bodies().slice(all.length)).toEqual(all.slice(0, at + 1)));
      await outbox.acked([wire.at(-1)!.originId]);
    }
    expect(asked).toBe(1);
  });

  it("does not send a second time what a resumed session sends by itself", async () => {
    await say("resumed");
    const [entry] = await store.read("outbox.pending", { account });
    const restarted = make();
    restarted.resent([entry!.originId]);
    online = true;
    restarted.ready();
    await say("fresh", restarted);
    await vi.waitFor(() => expect(bodies()).toEqual(["fresh"]));
  });

  it("keeps the order if a session ends and the next begins in the middle of a message", async () => {
    for (const body of ["one", "two"]) await say(body);
    online = true;
    let release: () => void = () => undefined;
    held = new Promise((resolve) => (release = resolve));
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["one"]));
    outbox.offline();
    outbox.unacked([wire[0]!.originId]);
    outbox.ready();
    release();
    await vi.waitFor(() => expect(wire.length).toBeGreaterThan(2));
    expect(bodies()).toEqual(["one", "one", "two"]);
  });

  it("continues after a cut in the middle", async () => {
    for (const body of ["one", "two", "three"]) await say(body);
    online = true;
    cutAfter = 1;
    outbox.ready();
    await vi.waitFor(() => expect(cutAfter).toBeLessThan(0));
    cutAfter = Infinity;
    await vi.waitFor(() => {
      outbox.ready();
      expect(bodies()).toEqual(["one", "two", "three"]);
    });
  });

  it("fails the one message for which the server ends each stream, and sends the others", async () => {
    online = true;
    outbox.ready();
    const ids = new Map<string, string>();
    for (const body of ["good", "bad", "later"]) await say(body);
    await vi.waitFor(() => expect(bodies()).toEqual(["good", "bad", "later"]));
    for (const { body, originId } of wire) ids.set(body, originId);
    const ends = (): void => {
      outbox.offline("not-well-formed");
      outbox.unacked([...ids.values()]);
      wire = [];
      outbox.ready();
    };
    ends();
    await vi.waitFor(() => expect(bodies()).toEqual(["good"]));
    await outbox.acked([ids.get("good")!]);
    await vi.waitFor(() => expect(bodies()).toEqual(["good", "bad"]));
    ends();
    await vi.waitFor(() => expect(bodies()).toEqual(["later"]));
    expect([...shown.values()].map(({ delivery, failure }) => [delivery, failure?.condition])).toEqual([
      ["sent", undefined],
      ["failed", "ended-stream"],
      ["pending", undefined],
    ]);
  });

  it("fails only the refused message, which can be sent again or discarded", async () => {
    online = true;
    outbox.ready();
    const refused = await say("no");
    await vi.waitFor(() => expect(wire.length).toBe(1));
    const { originId } = wire[0]!;
    await outbox.bounced({
      from: "other@localhost" as BareJid,
      id: originId,
      condition: "forbidden",
      text: "",
    });
    expect(shown.get(refused.id)!.delivery).toBe("pending");
    await outbox.bounced({
      from: peer,
      id: originId,
      condition: "item-not-found",
      text: "who?",
    });
    expect(shown.get(refused.id)).toMatchObject({
      delivery: "failed",
      failure: { condition: "item-not-found", text: "who?" },
    });
    await outbox.retry(refused.id);
    await vi.waitFor(() => expect(wire.length).toBe(2));
    const again = wire[1]!.originId;
    expect(again).not.toBe(originId);
    // A late copy of the first refusal does not affect the second try.
    await outbox.bounced({ from: peer, id: originId, condition: "forbidden", text: "" });
    expect(shown.get(refused.id)!.delivery).toBe("pending");
    await expect(outbox.discard(refused.id)).rejects.toMatchObject({ code: "not-found" });
    await outbox.bounced({ from: peer, id: again, condition: "forbidden", text: "" });
    await outbox.discard(refused.id);
    const page = await store.read("messages.page", { account, jid: peer, before: null, limit: 10 });
    expect(page.messages).toEqual([]);
  });

  it("joins a room again that answers not-acceptable, and sends the message once more, but not twice", async () => {
    const room = "tea@rooms.localhost" as BareJid;
    online = isIn = true;
    outbox.ready();
    const conversation = { jid: room, kind: "room" } as const;
    const { id } = messageOf(
      await outbox.send({ kind: "text", conversation, body: "hello", encryption: "none", for: null }),
    );
    const refuse = (at: number): Promise<void> =>
      outbox.bounced({ from: room, id: wire[at]!.originId, condition: "not-acceptable", text: "not an occupant" });
    await vi.waitFor(() => expect(bodies()).toEqual(["hello"]));
    // Our own server has accepted it; the room refuses it later.
    await outbox.acked([wire[0]!.originId]);
    await refuse(0);
    expect([enteredAgain, shown.get(id)!.delivery, wire.length]).toEqual([[room], "pending", 1]);
    isIn = true;
    outbox.roomJoined();
    await vi.waitFor(() => expect(wire.length).toBe(2));
    await refuse(1);
    expect([enteredAgain.length, shown.get(id)]).toMatchObject([
      1,
      { delivery: "failed", failure: { condition: "not-acceptable" } },
    ]);
  });

  it.each([{ when: "before" }, { when: "after" }])(
    "sends again all that a room refused that had lost us, in the order in which it was written ($when the server accepted it)",
    async ({ when }) => {
      const room = "tea@rooms.localhost" as BareJid;
      online = isIn = true;
      outbox.ready();
      const conversation = { jid: room, kind: "room" } as const;
      const write = async (body: string): Promise<MessageId> =>
        messageOf(await outbox.send({ kind: "text", conversation, body, encryption: "none", for: null })).id;
      const id = await write("teh");
      for (const body of ["the", "the end"]) await outbox.send({ kind: "correction", id, body, encryption: "none" });
      await write("next");
      await vi.waitFor(() => expect(bodies()).toEqual(["teh", "the", "the end", "next"]));
      const refused = wire.map(({ originId }) => originId);
      if (when === "after") await outbox.acked(refused);
      wire = [];
      // Written when the first refusal is here already.
      const refuse = (one: string): Promise<void> =>
        outbox.bounced({ from: room, id: one, condition: "not-acceptable", text: "not an occupant" });
      await refuse(refused[0]!);
      await write("last");
      for (const one of refused.slice(1)) await refuse(one);
      isIn = true;
      outbox.roomJoined();
      await vi.waitFor(() => expect(bodies()).toEqual(["teh", "the", "the end", "next", "last"]));
      expect(new Set([...refused, ...wire.map(({ originId }) => originId)]).size).toBe(9);
      await outbox.acked(wire.map(({ originId }) => originId));
      expect(await store.read("outbox.pending", { account })).toEqual([]);
      expect(shown.get(id)).toMatchObject({ body: "the end", delivery: "sent", pendingChange: null });
    },
  );

  it("retries a failed message with the text of its last correction", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("teh");
    await outbox.send({ kind: "correction", id, body: "the", encryption: "none" });
    await vi.waitFor(() => expect(wire).toHaveLength(2));
    for (const { originId } of wire.splice(0))
      await outbox.bounced({ from: peer, id: originId, condition: "remote-server-timeout", text: "" });
    expect(shown.get(id)).toMatchObject({ body: "the", delivery: "failed", pendingChange: null, editedAt: null });
    await outbox.retry(id);
    await vi.waitFor(() => expect(bodies()).toEqual(["the"]));
    await outbox.acked([wire[0]!.originId]);
    expect(shown.get(id)).toMatchObject({ body: "the", delivery: "sent" });
    expect(await store.read("message.versions", { account, id })).toEqual([]);
  });

  it("ignores the refusal of a correction that was corrected again", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("teh");
    for (const body of ["the", "the end"]) await outbox.send({ kind: "correction", id, body, encryption: "none" });
    await vi.waitFor(() => expect(wire).toHaveLength(3));
    await outbox.acked([wire[0]!.originId]);
    await outbox.bounced({ from: peer, id: wire[1]!.originId, condition: "forbidden", text: "" });
    expect(shown.get(id)!.pendingChange).toMatchObject({ kind: "correction", failure: null });
    await outbox.acked([wire[2]!.originId]);
    expect(shown.get(id)).toMatchObject({ body: "the end", pendingChange: null });
  });

  it("fails a message to a contact that is answered by not-acceptable", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("hello");
    await vi.waitFor(() => expect(wire.length).toBe(1));
    await outbox.bounced({ from: peer, id: wire[0]!.originId, condition: "not-acceptable", text: "" });
    expect([enteredAgain, shown.get(id)!.delivery]).toEqual([[], "failed"]);
  });

  it("sends texts, corrections, reactions and retractions the same way, each past the checkpoint of its queueing", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("teh");
    await vi.waitFor(() => expect(bodies()).toEqual(["teh"]));
    await outbox.acked([wire[0]!.originId]);
    const drafts: Draft[] = [
      { kind: "correction", id, body: "the", encryption: "none" },
      { kind: "reaction", id, emoji: "👍", chosen: true },
      { kind: "retraction", id },
    ];
    for (const [at, draft] of drafts.entries()) {
      await outbox.send(draft);
      expect(passed).toHaveLength(at + 2);
      await vi.waitFor(() => expect(wire).toHaveLength(at + 2));
      await outbox.acked([wire.at(-1)!.originId]);
    }
    expect(bodies()).toEqual(["teh", "the", "reaction", "retraction"]);
    expect(new Set(passed)).toEqual(new Set(["queued"]));
    expect(await store.read("outbox.pending", { account })).toEqual([]);
    // A change that is not possible is not queued.
    expect(await outbox.send({ kind: "retraction", id })).toBeNull();
    expect(passed).toHaveLength(4);
  });

  it("sends waiting entries of every kind in order after a restart, except those found in the archive", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("teh");
    await vi.waitFor(() => expect(wire).toHaveLength(1));
    await outbox.acked([wire[0]!.originId]);
    await outbox.send({ kind: "correction", id, body: "the", encryption: "none" });
    await vi.waitFor(() => expect(bodies()).toEqual(["teh", "the"]));
    // The process ends before the server acknowledges the correction.
    online = false;
    outbox.offline();
    const lost = wire[1]!.originId;
    await outbox.send({ kind: "reaction", id, emoji: "👍", chosen: true });
    await outbox.send({ kind: "correction", id, body: "the end", encryption: "none" });
    archived = [{ originId: lost, stamp: Date.now() }];
    wire = [];
    online = true;
    const restarted = make();
    restarted.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["reaction", "the end"]));
    await restarted.acked(wire.map(({ originId }) => originId));
    expect(await store.read("outbox.pending", { account })).toEqual([]);
    expect(shown.get(id)).toMatchObject({ body: "the end", pendingChange: null, reacting: null });
  });

  it("removes a message at once that was never sent, and tells the window", async () => {
    const { id } = await say("never");
    expect(await outbox.send({ kind: "retraction", id })).toMatchObject({ message: null });
    expect(removed).toEqual([id]);
    online = true;
    outbox.ready();
    await say("next");
    await vi.waitFor(() => expect(bodies()).toEqual(["next"]));
  });

  it("waits until we are in the room, and sends nothing to another occupant who took over the nickname", async () => {
    const room = "tea@rooms.example" as BareJid;
    const ann = `${room}/ann` as Jid;
    online = true;
    outbox.ready();
    const write = (jid: Jid, kind: "room" | "private") =>
      outbox.send({ kind: "text", conversation: { jid, kind }, for: null, body: kind, encryption: "none" });
    await write(room, "room");
    await write(ann, "private");
    await say("meanwhile");
    await vi.waitFor(() => expect(bodies()).toEqual(["meanwhile"]));
    isIn = true;
    obstacle = "occupant-changed";
    outbox.roomJoined();
    await vi.waitFor(() => expect(bodies()).toEqual(["meanwhile", "room"]));
    await vi.waitFor(() =>
      expect([...shown.values()].find(({ chat }) => chat === ann)).toMatchObject({
        delivery: "failed",
        failure: { condition: "occupant-changed" },
      }),
    );
  });

  it("fails a reaction in an encrypted chat, and never sends it", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("hello");
    await vi.waitFor(() => expect(wire).toHaveLength(1));
    await outbox.acked([wire[0]!.originId]);
    await store.write({ op: "chat.setEncryption", args: { account, jid: peer, encryption: "omemo" } });
    await outbox.send({ kind: "reaction", id, emoji: "👍", chosen: true });
    await vi.waitFor(() =>
      expect(shown.get(id)!.reacting).toEqual({ failure: { condition: "reaction-not-encrypted", text: "" } }),
    );
    expect(bodies()).toEqual(["hello"]);
  });
});
