/** A flood of requests from strangers, from the stream event to the window. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { XmppClientOptions } from "../../xmpp/api.ts";
import { createFileCopies } from "../../attachments/file-copies.ts";
import { createAccountSession } from "../accounts/session.ts";
import { textOf } from "../testing/archive-server.ts";
import { createPending, type Pending } from "./pending.ts";

const account = "account00001" as AccountId;
let folder: string;
let store: Store;
let told: [name: string, payload: { changed: { jid?: string; room?: string }[]; removed: unknown[] }][];
let pending: Pending;
let emit: XmppClientOptions["emit"];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  folder = mkdtempSync(join(tmpdir(), "jackdaw-pending-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: new Uint8Array(32) });
  const stored = {
    id: account,
    jid: "alice@example.org" as BareJid,
    password: "",
    enabled: true,
    advanced: { host: "", port: 5222 },
    pinnedFingerprint: null,
    presence: { show: "available" as const, status: "" },
  };
  await store.write({ op: "account.put", args: stored });
  told = [];
  const publish = (name: string, payload: unknown): void => void told.push([name, payload as never]);
  pending = createPending(store, publish);
  createAccountSession(stored, {
    store,
    publish,
    pending,
    notifications: { refreshBadge: () => undefined } as never,
    openChats: { has: () => false, add: () => undefined },
    settings: () => defaultSettings,
    turn: async () => () => undefined,
    checkpoint: () => undefined,
    version: "0",
    staging: createFileCopies("nowhere"),
    keepCopy: () => Promise.resolve(),
    createXmppClient(options) {
      emit = options.emit;
      return { state: { state: "off" } } as never;
    },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const subscribe = (from: string): Promise<void> =>
  emit({ type: "subscription.requested", from: from as BareJid, nickname: "", message: "" });
const of = (name: string) => told.filter(([one]) => one === name).map(([, payload]) => payload);

it("keeps 20 of hundreds of subscription requests of one domain and one of another domain, and publishes them at most once a second", async () => {
  for (let n = 0; n < 300; n++) await subscribe(`u${n}@evil.example`);
  await subscribe("bob@good.example");
  vi.advanceTimersByTime(1_000);
  expect(of("requests.changed").map(({ changed }) => changed.length)).toEqual([1, 20]);
  const kept = await store.read("requests.all", {});
  expect([kept.length, kept.at(-1)!.jid]).toEqual([21, "bob@good.example"]);
  await emit({ type: "subscription.withdrawn", from: "nobody@evil.example" as BareJid });
  await emit({ type: "subscription.withdrawn", from: "bob@good.example" as BareJid });
  vi.advanceTimersByTime(1_000);
  expect(of("requests.changed").at(-1)).toEqual({ changed: [], removed: [{ account, jid: "bob@good.example" }] });
  expect(of("requests.changed")).toHaveLength(3);
});

it("keeps 20 of hundreds of invitations of one domain, and publishes them at most once a second", async () => {
  const from = "mallory@evil.example" as BareJid;
  const message = textOf(from, false, "");
  for (let n = 0; n < 100; n++) {
    const room = `r${n}@d${n}.example` as BareJid;
    const payload = { kind: "invitation", room, from, direct: true, nickname: null, reason: "" } as const;
    await emit({ type: "inbound", inbound: { ...message, payload } });
  }
  vi.advanceTimersByTime(1_000);
  expect(of("invitations.changed").map(({ changed }) => changed.length)).toEqual([1, 19]);
});

describe("a request that another device of ours answered", () => {
  const bob = "bob@good.example" as BareJid;
  const asks = (from: BareJid) => emit({ type: "subscription.requested", from, nickname: "", message: "" });
  const item = (jid: BareJid, subscription: "none" | "to" | "from" | "both") => ({
    ...{ jid, name: "", groups: [], subscription, asked: false },
  });
  const waiting = async () => (await store.read("requests.all", {})).map(({ jid }) => jid);

  it.each(["from", "both"] as const)("is removed by a roster push with the subscription %s", async (subscription) => {
    await asks(bob);
    await emit({ type: "roster.pushed", item: item(bob, subscription), version: null });
    vi.advanceTimersByTime(1_000);
    expect(await waiting()).toEqual([]);
    expect(of("requests.changed").at(-1)).toEqual({ changed: [], removed: [{ account, jid: bob }] });
  });

  it.each(["none", "to"] as const)("stays after a roster push with the subscription %s", async (subscription) => {
    await asks(bob);
    await emit({ type: "roster.pushed", item: item(bob, subscription), version: null });
    expect(await waiting()).toEqual([bob]);
  });

  it("is removed by the roster of the next session, if it was answered while we were away", async () => {
    const carol = "carol@good.example" as BareJid;
    await asks(bob);
    await asks(carol);
    await emit({ type: "roster.loaded", items: [item(bob, "from"), item(carol, "to")], version: "1" });
    expect(await waiting()).toEqual([carol]);
  });

  const list = () => emit({ type: "bookmarks", whole: false, changed: [], removed: [] });

  it("is removed if the server does not repeat it in a new session (RFC 6121 §3.1.3)", async () => {
    const carol = "carol@good.example" as BareJid;
    await emit({ type: "session", resumed: false });
    await asks(bob);
    await asks(carol);
    await list();
    expect(await waiting()).toEqual([bob, carol]);
    await emit({ type: "session", resumed: false });
    await asks(carol);
    await list();
    vi.advanceTimersByTime(1_000);
    expect(await waiting()).toEqual([carol]);
    expect(of("requests.changed").at(-1)).toMatchObject({ removed: [{ jid: bob }] });
    // Later in the session, or in a resumed one, nothing is repeated.
    await list();
    await emit({ type: "session", resumed: true });
    await list();
    expect(await waiting()).toEqual([carol]);
  });

  it("is removed at the next start, if an earlier version left it there", async () => {
    await emit({ type: "roster.loaded", items: [item(bob, "both")], version: "1" });
    await store.write({
      op: "request.put",
      args: { account, jid: bob, nickname: "", message: "", receivedAt: 1 },
    });
    await emit({ type: "roster.loaded", items: null, version: "1" });
    expect(await waiting()).toEqual([]);
  });
});

it("shows a gateway and a contact behind it as available, whose presence has no resource", async () => {
  for (const jid of ["irc.example.org", "carol%irc@irc.example.org"] as BareJid[]) {
    const item = { jid, name: "", groups: [], subscription: "both" as const, asked: false };
    await emit({ type: "roster.pushed", item, version: null });
    await emit({ type: "presence", from: jid, show: "away", status: "", priority: 0, since: 0, client: "" });
    expect(of("contacts.changed").at(-1)).toMatchObject({ changed: [{ jid, show: "away" }] });
  }
});

it("neither keeps nor publishes unsolicited presence of strangers", async () => {
  for (let n = 0; n < 100; n++) {
    await emit({
      type: "presence",
      from: `u${n}@evil.example/x` as never,
      show: "available",
      status: "",
      priority: 0,
      since: 0,
      client: "",
    });
  }
  await emit({ type: "presence.cleared" });
  expect(told).toEqual([]);
  const item = { jid: "bob@good.example" as BareJid, name: "", groups: [], subscription: "to" as const, asked: false };
  await emit({ type: "roster.pushed", item, version: null });
  for (const from of ["bob@good.example/x", "alice@example.org/phone"]) {
    await emit({
      type: "presence",
      from: from as never,
      show: "available",
      status: "",
      priority: 0,
      since: 0,
      client: "",
    });
  }
  expect(of("resources.changed")).toHaveLength(2);
  await emit({ type: "roster.removed", jid: item.jid, version: null });
  expect(of("resources.changed").at(-1)).toEqual({ contacts: [{ account, jid: item.jid, resources: [] }] });
});
