import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Inbound } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import type { Store, StoredRoom } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { Checkpoint } from "../host.ts";
import { inTheClear } from "../omemo/decrypt-one.ts";
import { account, own, textOf } from "../testing/archive-server.ts";
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
let interrupted: BareJid[];
let told: Message[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-receive-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  const presence = { show: "available", status: "" } as const;
  const settings = { password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence };
  await store.write({ op: "account.put", args: { id: account, jid: own, ...settings } });
  [passed, noticed, confirmed, interrupted, told] = [[], [], [], [], []];
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const rules = createRules({
  contacts: { nameOf: String },
  rooms: {
    get: (jid: BareJid) =>
      jid === room ? ({ jid, name: "Tea", nickname: "me", notify: "mentions" } as StoredRoom) : null,
    notices: { interrupted: (jid: BareJid) => void interrupted.push(jid) },
    encryption: { wrote: async () => undefined },
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
          message: (one, commit) => commit(inTheClear(one), []),
          page: () => Promise.reject(new Error("no page")),
        },
      },
      outbox: { bounced: async () => undefined },
      invited: async () => undefined,
      rules,
      changed: (messages) => void told.push(...messages),
    },
  );
const inRoom = (body: string, more: Partial<Inbound> = {}): Inbound => ({
  ...textOf(room, false, body, { messageId: body, archiveId: `a-${body}` }),
  conversation: { jid: room, kind: "room" },
  author: { outgoing: false, address: room, occupant: { nickname: "Ann", occupantId: "o1", jid: null }, stay: null },
  ...more,
});
const change = (of: Inbound, payload: Payload): Inbound => ({
  ...of,
  ids: { ...of.ids, messageId: "c", archiveId: "a-c" },
  payload,
});

describe("what comes in", () => {
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
  ])("passes every fault point and is stored with the count of what was handled: %s", async (_, inbound) => {
    await take(textOf(bob, false, "first", { messageId: "first" }));
    await take(inRoom("first"));
    passed.length = 0;
    await take(inbound, "session 7");
    expect(passed).toEqual(["received", "committed"]);
    expect(await store.read("memory.get", { account, key: "handled" })).toBe("session 7");
  });

  it("passes one more where it is decrypted, in a room as with a contact", async () => {
    for (const inbound of [textOf(bob, false, "hi"), inRoom("hi")]) {
      passed.length = 0;
      await take({ ...inbound, encrypted: envelope });
      expect(passed).toEqual(["received", "decrypted", "committed"]);
    }
  });

  it("in a room calls the user when it mentions them, unless it is history, and ends a row of notices", async () => {
    await take(inRoom("tea?"));
    await take(inRoom("me: tea?"));
    await take(inRoom("me: long ago", { at: 1000 }));
    expect(noticed).toEqual(["Ann · Tea: me: tea?"]);
    expect(interrupted).toEqual([room, room, room]);
    expect(told.map(({ mentionsUs }) => mentionsUs)).toEqual([false, true, true]);
  });

  it("of a room that nobody knows is dropped", async () => {
    await take(inRoom("x", { conversation: { jid: "other@rooms.example.org" as BareJid, kind: "room" } }));
    expect([passed, told]).toEqual([[], []]);
  });

  it("is confirmed again when it is repeated, but not as a copy, nor where it could not be read", async () => {
    const asking = textOf(bob, false, "hi", { messageId: "m" });
    await take(asking);
    await take(asking);
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
