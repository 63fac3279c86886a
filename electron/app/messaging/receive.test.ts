import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { events } from "../../../shared/ipc/index.ts";
import { receivedJid, resourceOf, toBare, type BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Inbound } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import { outgoing } from "../../ipc/outgoing.ts";
import type { Store, StoredRoom } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { Checkpoint } from "../host.ts";
import { asPlaintext } from "../omemo/decrypt-one.ts";
import { account, own } from "../testing/archive-scene.ts";
import { textOf } from "../testing/archive-server.ts";
import { receive } from "./receive.ts";
import { createRules } from "./rules/index.ts";

const bob = "bob@example.org" as BareJid;
const room = "tea@rooms.example.org" as BareJid;
const envelope = { sid: 1, keys: [], iv: new Uint8Array(12), payload: new Uint8Array(4) };

let folder: string;
let store: Store;
let passed: Checkpoint[];
let noticed: string[];
let confirmed: unknown[];
let messageReceived: BareJid[];
let told: Message[];
let heard: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-receive-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  const presence = { show: "available", status: "" } as const;
  const settings = { password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence };
  await store.write({ op: "account.put", args: { id: account, jid: own, ...settings } });
  [passed, noticed, confirmed, messageReceived, told, heard] = [[], [], [], [], [], []];
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const rules = createRules({
  contacts: { nameOf: String },
  rooms: {
    doubt: () => undefined,
    get: (jid: BareJid) =>
      jid === room ? ({ jid, name: "Tea", nickname: "me", notify: "mentions" } as StoredRoom) : null,
    notices: { messageReceived: (jid: BareJid) => void messageReceived.push(jid) },
    encryption: { messageFrom: async () => undefined },
  } as never,
});
const take = (inbound: Inbound, handled?: string): Promise<void> =>
  receive(
    account,
    { type: "inbound", inbound, ...(handled === undefined ? {} : { handled }) },
    {
      store,
      checkpoint: (at) => void passed.push(at),
      notifications: {
        message: (one: Message, _: unknown, title: () => string) => void noticed.push(`${title()}: ${one.body}`),
      } as never,
      receipts: { arrived: ({ ids }) => void confirmed.push(ids.messageId) },
      encryption: {
        decrypt: {
          message: (one, commit) => commit(asPlaintext(one), []),
          page: () => Promise.reject(new Error("no page")),
        },
      },
      outbox: { bounced: async () => undefined },
      heard: (one) => void heard.push(one.payload.kind),
      invited: async () => undefined,
      rules,
      changed: (messages) => void told.push(...messages),
    },
  );
const inRoom = (body: string, more: Partial<Inbound> = {}): Inbound => ({
  ...textOf(room, false, body, { messageId: body, archiveId: `a-${body}` }),
  conversation: { jid: room, kind: "room" },
  author: {
    outgoing: false,
    address: room,
    occupant: { nickname: "Ann", occupantId: "o1", jid: null },
    occupancy: null,
  },
  ...more,
});
const change = (of: Inbound, payload: Payload): Inbound => ({
  ...of,
  ids: { ...of.ids, messageId: "c", archiveId: "a-c" },
  payload,
});

describe("an incoming stanza", () => {
  it.each([
    ["a text of a contact", textOf(bob, false, "hi", { messageId: "m" })],
    ["a correction", change(textOf(bob, false, ""), { kind: "text", body: "ho", replaces: "first" })],
    ["a retraction", change(textOf(bob, false, ""), { kind: "retraction", target: "first" })],
    ["a reaction", change(textOf(bob, false, ""), { kind: "reaction", target: "first", emoji: ["👍"] })],
    ["a receipt", change(textOf(bob, false, ""), { kind: "receipt", target: "ours" })],
    ["a message of a room", inRoom("hi")],
    ["a correction in a room", change(inRoom(""), { kind: "text", body: "ho", replaces: "first" })],
    ["a retraction in a room", change(inRoom(""), { kind: "retraction", target: "a-first" })],
    [
      "a moderation",
      change(inRoom("", { author: { ...inRoom("").author, occupant: null } }), {
        kind: "moderation",
        target: "a-first",
        by: null,
        reason: "",
      }),
    ],
    ["a reaction in a room", change(inRoom(""), { kind: "reaction", target: "a-first", emoji: ["👍"] })],
  ])("passes every fault point and is stored with the handled count: %s", async (_, inbound) => {
    await take(textOf(bob, false, "first", { messageId: "first" }));
    await take(inRoom("first"));
    passed.length = 0;
    await take(inbound, "session 7");
    expect(passed).toEqual(["received", "committed"]);
    expect(await store.read("accountState.get", { account, key: "handled" })).toBe("session 7");
  });

  it.each([
    ["jack daw@example.net", "contact"],
    ["bob@my_server.example", "contact"],
    ["tea@rooms.example.org/Anna \u2764\uFE0F", "private"],
    [`tea@rooms.example.org/${"a".repeat(1_500)}`, "private"],
  ] as const)(
    "from an address that RFC 7622 refuses is stored there, and reaches the window: %j",
    async (text, kind) => {
      const jid = receivedJid(text)!;
      const occupant =
        kind === "private" ? { nickname: resourceOf(jid).slice(0, 256), occupantId: null, jid: null } : null;
      await take({
        ...textOf(toBare(jid), false, "hi", { messageId: "m" }),
        conversation: { jid, kind },
        author: { outgoing: false, address: toBare(jid), occupant, occupancy: null },
      });
      expect(outgoing(events["messages.changed"], "messages.changed", { changed: told, removed: [] })).toMatchObject({
        value: { changed: [{ chat: jid, from: toBare(jid), body: "hi" }] },
      });
      const { messages } = await store.read("messages.page", { account, jid, before: null, limit: 5 });
      expect(messages.map(({ chat, body }) => [chat, body])).toEqual([[jid, "hi"]]);
    },
  );

  it("passes one more fault point when it is decrypted, in a room as with a contact", async () => {
    for (const inbound of [textOf(bob, false, "hi"), inRoom("hi")]) {
      passed.length = 0;
      await take({ ...inbound, encrypted: envelope });
      expect(passed).toEqual(["received", "decrypted", "committed"]);
    }
  });

  it("in a room notifies of a mention, unless it is history, and ends a series of notices", async () => {
    await take(inRoom("tea?"));
    await take(inRoom("me: tea?"));
    await take(inRoom("me: long ago", { at: 1000 }));
    expect(noticed).toEqual(["Ann · Tea: me: tea?"]);
    expect(messageReceived).toEqual([room, room, room]);
    expect(told.map(({ mentionsUs }) => mentionsUs)).toEqual([false, true, true]);
  });

  it("that is only a chat state is passed on and not stored; a text ends the composing of its author", async () => {
    await take({ ...inRoom(""), payload: { kind: "chat-state", state: "composing" } }, "session 7");
    await take({ ...textOf(bob, false, ""), payload: { kind: "chat-state", state: "composing" } });
    expect([heard, passed, told]).toEqual([["chat-state", "chat-state"], [], []]);
    expect(await store.read("chat.get", { account, jid: bob })).toBeNull();
    await take(textOf(bob, false, "hi"));
    await take({ ...textOf(bob, false, "from a time offline", { messageId: "old" }), at: 1000 });
    expect(heard.slice(2)).toEqual(["text"]);
  });

  it("of an unknown room is dropped", async () => {
    await take(inRoom("x", { conversation: { jid: "other@rooms.example.org" as BareJid, kind: "room" } }));
    expect([passed, told]).toEqual([[], []]);
  });

  it("is confirmed again when repeated live, but not as a carbon or if it cannot be read", async () => {
    const asking = textOf(bob, false, "hi", { messageId: "m" });
    // One stream brings nothing twice: the next one may.
    const reconnect = () => store.write({ op: "archive.open", args: { account, archive: null, now: Date.now() } });
    await take(asking);
    await reconnect();
    await take(asking);
    await reconnect();
    await take({ ...asking, via: "carbon" });
    await take({
      ...asking,
      ids: { ...asking.ids, messageId: "n" },
      payload: { kind: "unreadable", reason: "not-xml" },
    });
    expect(confirmed).toEqual(["m", "m"]);
    expect(noticed).toHaveLength(2);
  });
});
