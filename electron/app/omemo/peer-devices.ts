/**
 * Devices of others, and our other ones: their lists (XEP-0384 0.3 §4.3) as the server tells them, and their keys when
 * they are needed (§4.4), fetched several at a time.
 */
import { randomInt } from "node:crypto";
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { initialTrust, mayEncryptTo } from "../../omemo/trust.ts";
import type { Address, Bundle } from "../../omemo/ports.ts";
import type { StoredDevice } from "../../store/contract/index.ts";
import type { ListedDevice } from "../../xmpp/events.ts";
import { NotConnected, RequestTimeout } from "../../xmpp/stream.ts";
import type { OmemoPorts } from "./ports.ts";

/** Bundles on their way at the same time. */
const AT_ONCE = 8;
/** A list that was not told for so long is asked for, ms. */
const STALE = 24 * 60 * 60_000;
/**
 * A bundle that was of no use is asked for again after so long, each time twice as long, ms: not with every message.
 */
const AGAIN = { least: 2_000, most: 60 * 60_000 };
/**
 * Bundles of one person that are asked for in one go: a list of made-up devices costs this for each message, until all
 * were asked for.
 */
const MOST = 100;
/**
 * Bundles that were read for their keys serve for a session soon after, ms: in a large room each would be fetched
 * twice.
 */
const KEPT = { most: 2_000, for: 10 * 60_000 };
/** Of so many devices it is kept that their bundles are of no use. */
const MOST_USELESS = 10_000;

export interface PeerDevices {
  /** Tells the window of what it may show differently now. */
  changed(...owners: BareJid[]): Promise<void>;
  /** A list as it was published. */
  listed(jid: BareJid, devices: ListedDevice[]): Promise<void>;
  /** Asks for the list unless it is known and fresh, or in any case. @throws as `Stream.request` */
  refresh(jid: BareJid, inAnyCase?: boolean): Promise<void>;
  /**
   * Fetches the bundles of these devices and notes what is wrong with them. What is known of a key by its bundle is
   * stored; where the user has to decide about it, or the key is another one, no bundle is given.
   * @param inAnyCase also those that were of no use a moment ago
   * @param asTheyAre as they are now, not as they were read for their keys a while ago
   * @throws {NotConnected}
   */
  bundles(of: readonly Address[], inAnyCase?: boolean, asTheyAre?: boolean): Promise<Map<string, Bundle>>;
  /** No session can begin with the bundle of this device. */
  unusable(of: Address): Promise<void>;
  /** Devices that may get messages as far as we know: active, and not refused. */
  candidates(jid: BareJid): Promise<StoredDevice[]>;
  /** Reads the keys of devices of whom none is known, so that the user can decide about them. */
  learnKeys(jid: BareJid): Promise<void>;
}

export const nameOf = ({ jid, device }: Address): string => `${device} ${jid}`;

export function createPeerDevices({ account, store, client, publish, devicesChanged }: OmemoPorts): PeerDevices {
  const asking = new Map<BareJid, Promise<void>>();
  /** Devices whose bundle could not be had or used; since when, by the clock that nobody puts back. */
  const useless = new Map<string, { since: number; wait: number }>();
  const kept = new Map<string, { since: number; bundle: Bundle }>();

  /** With one of its prekeys, by chance: a session needs no more. */
  function keep(name: string, bundle: Bundle): void {
    // It may have turned out to be of no use while it was on its way.
    if (bundle.preKeys.length === 0 || useless.has(name)) return;
    const { id, key } = bundle.preKeys[randomInt(bundle.preKeys.length)]!;
    kept.set(name, { since: performance.now(), bundle: { ...bundle, preKeys: [{ id, key: Uint8Array.from(key) }] } });
    if (kept.size > KEPT.most) kept.delete(kept.keys().next().value!);
  }
  function takeKept(name: string): Bundle | null {
    const one = kept.get(name);
    kept.delete(name);
    return one === undefined || performance.now() - one.since > KEPT.for ? null : one.bundle;
  }

  async function changed(...owners: BareJid[]): Promise<void> {
    publish("devices.changed", { owners: owners.map((jid) => ({ account, jid })) });
    for (const jid of owners) {
      const chat = await store.read("chat.listed", { account, jid });
      if (chat !== null) publish("chats.changed", { changed: [chat], removed: [] });
    }
    devicesChanged(owners);
  }

  async function listed(jid: BareJid, devices: ListedDevice[]): Promise<void> {
    const [result] = await store.write({ op: "omemo.listed", args: { account, jid, devices, now: Date.now() } });
    if (result.changed) await changed(jid);
  }

  async function ask(jid: BareJid, inAnyCase: boolean): Promise<void> {
    const known = inAnyCase ? null : await store.read("omemo.listedAt", { account, jid });
    if (known !== null && Date.now() - known < STALE) return;
    await listed(jid, (await client().devices.list(jid)) ?? []);
  }

  async function noteBundle(address: Address, bundle: "missing" | "bad"): Promise<null> {
    later(address);
    const { jid, device } = address;
    await store.write({ op: "omemo.bundleIs", args: { account, jid, device, bundle } });
    return null;
  }

  /** It is of no use to ask for this bundle now. */
  function later(address: Address): void {
    const name = nameOf(address);
    const wait = Math.min(2 * (useless.get(name)?.wait ?? AGAIN.least / 2), AGAIN.most);
    useless.delete(name);
    useless.set(name, { since: performance.now(), wait });
    if (useless.size > MOST_USELESS) useless.delete(useless.keys().next().value!);
  }
  function isWorthAsking(address: Address): boolean {
    const last = useless.get(nameOf(address));
    return last === undefined || performance.now() - last.since >= last.wait;
  }

  /** @param silent owners whose server does not answer @returns null where it cannot be used now */
  async function fetchBundle(address: Address, silent: Set<BareJid>): Promise<Bundle | null> {
    const { jid, device } = address;
    if (silent.has(jid)) return null;
    let bundle: Bundle | "malformed" | null;
    try {
      bundle = await client().devices.bundle(jid, device);
    } catch (error) {
      if (error instanceof NotConnected) throw error;
      // The contact's server does not answer: that says nothing of the bundle.
      if (error instanceof RequestTimeout) silent.add(jid);
      later(address);
      return null;
    }
    if (bundle === null || bundle === "malformed") return noteBundle(address, bundle === null ? "missing" : "bad");
    const devices = await store.read("omemo.devices", { account, jid });
    const known = devices.find((one) => one.id === device)?.identityKey ?? null;
    const { identityKey } = bundle;
    if (known === null) {
      const trust = initialTrust(devices);
      await store.write({
        op: "omemo.apply",
        args: { account, changes: [{ kind: "identity", jid, device, identityKey, trust }], now: Date.now() },
      });
      if (!mayEncryptTo(trust)) return null;
    } else if (Buffer.compare(known, identityKey) !== 0) {
      await store.write({
        op: "omemo.apply",
        args: { account, changes: [{ kind: "identity.changed", jid, device, identityKey }], now: Date.now() },
      });
      return null;
    }
    return bundle;
  }

  async function bundles(of: readonly Address[], inAnyCase = false, asTheyAre = false): Promise<Map<string, Bundle>> {
    const found = new Map<string, Bundle>();
    for (const name of of.map(nameOf)) {
      const bundle = takeKept(name);
      if (bundle !== null && !asTheyAre) found.set(name, bundle);
    }
    const wait = (one: Address): number => useless.get(nameOf(one))?.wait ?? 0;
    // Who was never asked for comes first.
    const counted = new Map<BareJid, number>();
    const asked = of
      .filter((one) => !found.has(nameOf(one)) && (inAnyCase || isWorthAsking(one)))
      .toSorted((a, b) => wait(a) - wait(b))
      .filter(({ jid }) => {
        const count = (counted.get(jid) ?? 0) + 1;
        counted.set(jid, count);
        return count <= MOST;
      });
    if (asked.length === 0) return found;
    const silent = new Set<BareJid>();
    await pLimit(AT_ONCE).map(asked, async (next) => {
      const bundle = await fetchBundle(next, silent);
      if (bundle !== null) found.set(nameOf(next), bundle);
    });
    await changed(...new Set(asked.map((one) => one.jid)));
    return found;
  }

  return {
    changed,
    listed,
    refresh(jid, inAnyCase = false) {
      const known = asking.get(jid);
      if (known !== undefined) return known;
      const next = ask(jid, inAnyCase).finally(() => asking.delete(jid));
      asking.set(jid, next);
      return next;
    },
    bundles,
    async unusable(address) {
      kept.delete(nameOf(address));
      await noteBundle(address, "bad");
    },
    async candidates(jid) {
      const devices = await store.read("omemo.devices", { account, jid });
      return devices.filter(
        (one) => one.active && one.changedKey === null && (one.identityKey === null || mayEncryptTo(one.trust)),
      );
    },
    async learnKeys(jid) {
      const devices = await store.read("omemo.devices", { account, jid });
      const unknown = devices.filter((one) => one.active && one.identityKey === null && one.bundle === "unknown");
      if (unknown.length === 0) return;
      for (const [name, bundle] of await bundles(unknown.map(({ id }) => ({ jid, device: id })))) keep(name, bundle);
    },
  };
}
