import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { TestDevice } from "../../omemo/testing/device.ts";
import type { Store } from "../../store/contract/index.ts";
import { openStore } from "../../store/engine/open.ts";
import type { ListedDevice, PublishedBundle } from "../../xmpp/events.ts";
import { NotConnected, RequestTimeout } from "../../xmpp/stream.ts";
import { createPeerDevices } from "./peer-devices.ts";
import type { OmemoPorts } from "./ports.ts";

const account = "account00001" as AccountId;
const own = "alice@example.org" as BareJid;
const bob = "bob@example.org" as BareJid;

describe("devices of others, and useless bundles", () => {
  let folder: string;
  let store: Store;
  /** Devices whose bundles were requested. */
  let asked: number[];
  /** Answers to questions for the list of devices; the last is repeated. */
  let lists: (ListedDevice[] | null)[];
  let askedLists: number;
  let tellsChanges: boolean;
  let answer: (device: number) => PublishedBundle | "malformed" | null;
  const make = () => {
    const bundle = (_: BareJid, device: number) => {
      asked.push(device);
      return Promise.resolve().then(() => answer(device));
    };
    const list = async () => lists[Math.min(askedLists++, lists.length - 1)];
    const client = (): never => ({ devices: { bundle, list } }) as never;
    const peers = createPeerDevices({
      account,
      own,
      store,
      client,
      engine: null as never,
      publish: () => undefined,
      devicesChanged: () => undefined,
      tellsChanges: () => tellsChanges,
    } satisfies OmemoPorts);
    return {
      peers,
      ask: (ids: number[], inAnyCase?: boolean) =>
        peers.bundles(
          ids.map((device) => ({ jid: bob, device })),
          inAnyCase,
        ),
    };
  };
  const listed = (ids: number[]) => ids.map((id) => ({ id, label: null }));

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["performance", "Date"] });
    folder = mkdtempSync(join(tmpdir(), "jackdaw-peer-devices-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: new Uint8Array(32) });
    await store.write({
      op: "account.put",
      args: {
        id: account,
        jid: own,
        password: "",
        enabled: true,
        advanced: { host: "", port: 5222 },
        pinnedFingerprint: null,
        presence: { show: "available", status: "" },
      },
    });
    asked = [];
    lists = [null];
    askedLists = 0;
    tellsChanges = false;
    answer = () => null;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["does not exist or must not be read", null],
    ["is empty", []],
  ])("a list that %s is asked for again when somebody does not tell us of changes", async (_, first) => {
    lists = [first, listed([7])];
    const { peers } = make();
    await peers.refresh(bob);
    expect(await peers.candidates(bob)).toEqual([]);
    expect(await peers.isFresh(bob)).toBe(true);
    // Not with every message of a quick succession.
    await peers.refresh(bob);
    expect(askedLists).toBe(1);
    vi.setSystemTime(Date.now() + 61_000);
    expect(await peers.isFresh(bob)).toBe(false);
    await peers.refresh(bob);
    expect(await peers.candidates(bob)).toMatchObject([{ id: 7 }]);
    // Devices that are known are believed for a day.
    vi.setSystemTime(Date.now() + 23 * 60 * 60_000);
    await peers.refresh(bob);
    expect([askedLists, await peers.isFresh(bob)]).toEqual([2, true]);
  });

  it("an empty list of a contact whose server tells us of changes is believed for a day", async () => {
    tellsChanges = true;
    const { peers } = make();
    await peers.refresh(bob);
    vi.setSystemTime(Date.now() + 23 * 60 * 60_000);
    await peers.refresh(bob);
    expect([askedLists, await peers.isFresh(bob)]).toEqual([1, true]);
    vi.setSystemTime(Date.now() + 2 * 60 * 60_000);
    await peers.refresh(bob);
    expect(askedLists).toBe(2);
  });

  it.each<["missing" | "malformed"]>([["missing"], ["malformed"]])(
    "%s: are not requested with every message, and less and less often",
    async (kind) => {
      answer = () => (kind === "missing" ? null : "malformed");
      const { ask } = make();
      await ask([1]);
      await ask([1]);
      expect(asked).toEqual([1]);
      for (const wait of [2_000, 4_000, 8_000]) {
        const before = asked.length;
        vi.advanceTimersByTime(wait - 1);
        await ask([1]);
        expect(asked).toHaveLength(before);
        vi.advanceTimersByTime(1);
        await ask([1]);
        expect(asked).toHaveLength(before + 1);
      }
      await ask([1], true);
      expect(asked).toHaveLength(5);
    },
  );

  it("with a wrong signature: are treated the same", async () => {
    const { peers, ask } = make();
    const { bundle } = await TestDevice.create(bob);
    answer = () => bundle;
    await peers.listed(bob, listed([1]));
    expect((await ask([1])).size).toBe(1);
    await peers.unusable({ jid: bob, device: 1 });
    expect((await ask([1])).size).toBe(0);
    expect(asked).toEqual([1]);
    expect(await store.read("omemo.devices", { account, jid: bob })).toMatchObject([{ id: 1, bundle: "bad" }]);
  });

  it("of 1,000 devices: are requested a hundred at a time, those first that were not requested yet", async () => {
    const { ask } = make();
    const ids = Array.from({ length: 1_000 }, (_, n) => n + 1);
    for (let n = 0; n < 10; n++) {
      await ask(ids);
      vi.advanceTimersByTime(60_000);
    }
    expect(asked).toHaveLength(1_000);
    expect(new Set(asked).size).toBe(1_000);
  });

  it("of a server that does not answer: are not all waited for", async () => {
    answer = () => {
      throw new RequestTimeout();
    };
    const { ask } = make();
    expect((await ask(Array.from({ length: 50 }, (_, n) => n + 1))).size).toBe(0);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it("without a connection: are not marked", async () => {
    answer = () => {
      throw new NotConnected();
    };
    const { ask } = make();
    await expect(ask([1])).rejects.toThrow(NotConnected);
    answer = () => null;
    await ask([1]);
    expect(asked).toEqual([1, 1]);
  });
});
