import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { ConnectionState } from "../../../shared/model/account.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { ArchiveEntry, Inbound } from "../../model/message.ts";
import type { ArchiveIntents, MessageIntents } from "../../xmpp/intents.ts";
import type { RoomIntents } from "../../xmpp/room-intents.ts";
import { NotConnected } from "../../xmpp/ports.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

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

  /** What the stream would do: takes stanzas while it is up, and can be cut. */
  const messages: MessageIntents = {
    async send({ originId, content }) {
      if (!online || cutAfter-- <= 0) throw new NotConnected();
      wire.push({ originId, body: "body" in content ? content.body : "" });
      await held;
    },
    retract: async () => undefined,
    react: async () => undefined,
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
  const nothing = () => Promise.reject(new Error("nothing is encrypted here"));
  const make = () =>
    createOutbox(account, {
      store,
      rooms: {
        isIn: () => false,
        searchable: () => archive,
        encryption: { recipients: () => Promise.reject(new Error("no room")) },
      },
      privately: { obstacle: () => null },
      client: () => ({
        messages,
        archive,
        rooms: {} as RoomIntents,
        state: { state: online ? "online" : "off" } as ConnectionState,
      }),
      seal: { text: nothing, room: nothing },
      publish(name, payload) {
        if (name !== "messages.changed") return;
        for (const one of (payload as { changed: Message[] }).changed) shown.set(one.id, one);
      },
      checkpoint: () => undefined,
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
    shown.clear();
    outbox = make();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const chat = { account, jid: peer, kind: "contact" as const };
  const bodies = () => wire.map((one) => one.body);
  const states = () => [...shown.values()].map((one) => one.delivery);

  it("keeps what is written offline and sends it in order", async () => {
    for (const body of ["one", "two", "three"])
      expect((await outbox.send(chat, body, "none")).delivery).toBe("pending");
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
    await outbox.send(chat, "lost", "none");
    await vi.waitFor(() => expect(bodies()).toEqual(["lost"]));
    outbox.ready();
    await outbox.send(chat, "next", "none");
    await vi.waitFor(() => expect(bodies()).toEqual(["lost", "next"]));
    outbox.unacked([wire[0]!.originId]);
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["lost", "next", "lost"]));
    expect(wire[2]!.originId).toBe(wire[0]!.originId);
  });

  it("asks the archive before it sends again, and sends only what had not arrived", async () => {
    online = true;
    outbox.ready();
    for (const body of ["arrived", "lost"]) await outbox.send(chat, body, "none");
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost"]));
    archived = [{ originId: wire[0]!.originId, stamp: Date.now() }];
    outbox.gone();
    outbox.unacked(wire.map((one) => one.originId));
    outbox.ready();
    await vi.waitFor(() => expect(bodies()).toEqual(["arrived", "lost", "lost"]));
    expect(states()).toEqual(["sent", "pending"]);
  });

  it("does not send a second time what a resumed session sends by itself", async () => {
    await outbox.send(chat, "resumed", "none");
    const [entry] = await store.read("outbox.pending", { account });
    const restarted = make();
    restarted.resent([entry!.originId]);
    online = true;
    restarted.ready();
    await restarted.send(chat, "fresh", "none");
    await vi.waitFor(() => expect(bodies()).toEqual(["fresh"]));
  });

  it("keeps the order when one session gives way to the next in the middle of a message", async () => {
    for (const body of ["one", "two"]) await outbox.send(chat, body, "none");
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
    for (const body of ["one", "two", "three"]) await outbox.send(chat, body, "none");
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
    const sent = new Map<string, string>();
    for (const body of ["good", "bad", "later"]) await outbox.send(chat, body, "none");
    await vi.waitFor(() => expect(bodies()).toEqual(["good", "bad", "later"]));
    for (const { body, originId } of wire) sent.set(body, originId);
    const ends = (): void => {
      outbox.gone("not-well-formed");
      outbox.unacked([...sent.values()]);
      wire = [];
      outbox.ready();
    };
    ends();
    await vi.waitFor(() => expect(bodies()).toEqual(["good"]));
    await outbox.acked([sent.get("good")!]);
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
    const sent = await outbox.send(chat, "no", "none");
    await vi.waitFor(() => expect(wire.length).toBe(1));
    const { originId } = wire[0]!;
    await outbox.bounced({
      from: "other@localhost" as BareJid,
      id: originId,
      condition: "forbidden",
      text: "",
    });
    expect(shown.get(sent.id)!.delivery).toBe("pending");
    await outbox.bounced({
      from: peer,
      id: originId,
      condition: "item-not-found",
      text: "who?",
    });
    expect(shown.get(sent.id)).toMatchObject({
      delivery: "failed",
      failure: { condition: "item-not-found", text: "who?" },
    });
    await outbox.retry(sent.id);
    await vi.waitFor(() => expect(wire.length).toBe(2));
    const again = wire[1]!.originId;
    expect(again).not.toBe(originId);
    // A late echo of the first refusal says nothing of the second try.
    await outbox.bounced({ from: peer, id: originId, condition: "forbidden", text: "" });
    expect(shown.get(sent.id)!.delivery).toBe("pending");
    await expect(outbox.discard(sent.id)).rejects.toMatchObject({ code: "not-found" });
    await outbox.bounced({ from: peer, id: again, condition: "forbidden", text: "" });
    await outbox.discard(sent.id);
    const page = await store.read("messages.page", { ...chat, before: null, limit: 10 });
    expect(page.messages).toEqual([]);
  });
});
