import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Draft } from "../../model/outbound.ts";
import type { Store } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { ArchiveEntry, Inbound } from "../../model/message.ts";
import type { ArchiveIntents, MessageIntents } from "../../xmpp/intents.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import type { Checkpoint } from "../host.ts";
import { CannotEncrypt } from "../omemo/ports.ts";
import { outboundRules } from "./outbound-rules.ts";
import { createOutbox, sent, type Outbox } from "./outbox.ts";

const account = "account00001" as AccountId;
const peer = "peer@localhost" as BareJid;

describe("the outbox", () => {
  let folder: string;
  let store: Store;
  let online: boolean;
  let wire: { originId: string; body: string }[];
  let cutAfter: number;
  /** The stream takes its time. */
  let held: Promise<void> | null;
  const shown = new Map<number, Message>();
  let outbox: Outbox;
  /** Checkpoints. */
  let passed: Checkpoint[];
  let removed: MessageId[];
  let isIn: boolean;
  let obstacle: "occupant-changed" | null;

  /** What the stream would do: takes stanzas while it is up, and can be cut. */
  const messages: MessageIntents = {
    async send({ originId, payload }) {
      if (!online || cutAfter-- <= 0) throw new NotConnected();
      wire.push({ originId, body: payload.kind === "text" ? payload.body : payload.kind });
      await held;
    },
    sendKeys: async () => undefined,
    confirmReceived: async () => undefined,
    confirmDisplayed: async () => undefined,
  };
  /** What the archive holds. */
  let archived: { originId: string; stamp: number }[];
  const archive = {
    supported: async () => true,
    newestBefore: async () => null,
    async page() {
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
          searchable: () => archive,
          encryption: { recipients: () => Promise.reject(new Error("no room")) },
        },
        privately: { obstacle: () => obstacle },
      }),
      client: () => ({ messages }),
      encrypt: {
        message: ({ payload }) => Promise.reject(new CannotEncrypt(`${payload.kind as "reaction"}-not-encrypted`)),
      },
      publish(name, payload) {
        if (name !== "messages.changed") return;
        const changes = payload as EventPayload<"messages.changed">;
        for (const one of changes.changed) shown.set(one.id, one);
        removed.push(...changes.removed);
      },
      checkpoint: (at) => void passed.push(at),
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
    wire = [];
    archived = [];
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
    sent(
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

  it("keeps what is written offline and sends it in order", async () => {
    for (const body of ["one", "two", "three"]) expect((await say(body)).delivery).toBe("pending");
    expect(wire).toEqual([]);
    online = true;
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["one", "two", "three"]));
    await outbox.acked(wire.map((one) => one.originId));
    expect(states()).toEqual(["sent", "sent", "sent"]);
    expect(await store.read("outbox.pending", { account })).toEqual([]);
  });

  it("sends again under the same origin-id what a session took with it", async () => {
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

  it("asks the archive before it sends again, and sends only what had not arrived", async () => {
    online = true;
    outbox.ready();
    for (const body of ["arrived", "lost"]) await say(body);
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost"]));
    archived = [{ originId: wire[0]!.originId, stamp: Date.now() }];
    outbox.gone();
    outbox.unacked(wire.map((one) => one.originId));
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost", "lost"]));
    expect(states()).toEqual(["sent", "pending"]);
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

  it("keeps the order when one session gives way to the next in the middle of a message", async () => {
    for (const body of ["one", "two"]) await say(body);
    online = true;
    let release: () => void = () => undefined;
    held = new Promise((resolve) => (release = resolve));
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["one"]));
    outbox.gone();
    outbox.unacked([wire[0]!.originId]);
    outbox.ready();
    release();
    await vi.waitFor(() => expect(wire.length).toBeGreaterThan(2));
    expect(bodies()).toEqual(["one", "one", "two"]);
  });

  it("goes on after a cut in the middle", async () => {
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
      outbox.gone("not-well-formed");
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

  it("marks just the refused message, which can be sent again or thrown away", async () => {
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
    // A late echo of the first refusal says nothing of the second try.
    await outbox.bounced({ from: peer, id: originId, condition: "forbidden", text: "" });
    expect(shown.get(refused.id)!.delivery).toBe("pending");
    await expect(outbox.discard(refused.id)).rejects.toMatchObject({ code: "not-found" });
    await outbox.bounced({ from: peer, id: again, condition: "forbidden", text: "" });
    await outbox.discard(refused.id);
    const page = await store.read("messages.page", { account, jid: peer, before: null, limit: 10 });
    expect(page.messages).toEqual([]);
  });

  it("sends texts, corrections, reactions and retractions one way, each past the checkpoint where it is queued", async () => {
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
    // What cannot be done is not queued.
    expect(await outbox.send({ kind: "retraction", id })).toBeNull();
    expect(passed).toHaveLength(4);
  });

  it("sends after a restart what waited of every kind, in its order, and not what the archive shows to have arrived", async () => {
    online = true;
    outbox.ready();
    const { id } = await say("teh");
    await vi.waitFor(() => expect(wire).toHaveLength(1));
    await outbox.acked([wire[0]!.originId]);
    await outbox.send({ kind: "correction", id, body: "the", encryption: "none" });
    await vi.waitFor(() => expect(bodies()).toEqual(["teh", "the"]));
    // The process ends before the server has said anything of the correction.
    online = false;
    outbox.gone();
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
    expect(shown.get(id)).toMatchObject({ body: "the end", amending: null, reacting: null });
  });

  it("takes back at once what never left, and tells the window that it is gone", async () => {
    const { id } = await say("never");
    expect(await outbox.send({ kind: "retraction", id })).toMatchObject({ message: null });
    expect(removed).toEqual([id]);
    online = true;
    outbox.ready();
    await say("next");
    await vi.waitFor(() => expect(bodies()).toEqual(["next"]));
  });

  it("waits until we are in the room, and sends nothing written for one occupant to another who took the nickname", async () => {
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
    outbox.entered();
    await vi.waitFor(() => expect(bodies()).toEqual(["meanwhile", "room"]));
    await vi.waitFor(() =>
      expect([...shown.values()].find(({ chat }) => chat === ann)).toMatchObject({
        delivery: "failed",
        failure: { condition: "occupant-changed" },
      }),
    );
  });

  it("fails a reaction where nothing may go in the clear, and never sends it", async () => {
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
