/** A flood of requests from strangers, from the stream event to the window. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { XmppClientOptions } from "../../xmpp/api.ts";
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
    const payload = { kind: "invitation", room, from, direct: true, reason: "" } as const;
    await emit({ type: "inbound", inbound: { ...message, payload } });
  }
  vi.advanceTimersByTime(1_000);
  expect(of("invitations.changed").map(({ changed }) => changed.length)).toEqual([1, 19]);
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
