/**
 * Devices of others, and our other ones: their lists (XEP-0384 0.3 §4.3) as the server announces them, and their keys
 * (§4.4), several of which are fetched at a time when needed.
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

/** Number of bundles fetched at the same time. */
const AT_ONCE = 8;
/** A list that was not announced for this time is requested, ms. */
const STALE = 24 * 60 * 60_000;
/**
 * An empty list of somebody whose server does not notify us of changes is requested again after this, ms: they may have
 * published devices since, or let us read them.
 */
const EMPTY = 60_000;
/** Wait before a useless bundle is requested again, doubled each time, ms: not with every message. */
const AGAIN = { least: 2_000, most: 60 * 60_000 };
/**
 * Maximum number of bundles of one person requested at once. A list of made-up devices costs this for each message,
 * until all were requested.
 */
const MOST = 100;
/**
 * Bundles fetched to learn keys are kept for this time, ms, and used to start sessions: in a large room each would be
 * fetched twice.
 */
const KEPT = { most: 2_000, for: 10 * 60_000 };
/** Maximum number of devices whose useless bundles are remembered. */
const MOST_USELESS = 10_000;

export interface PeerDevices {
  /** Sends devices that may have changed to the window. */
  changed(...owners: BareJid[]): Promise<void>;
  /** A device list as published. */
  listed(jid: BareJid, devices: ListedDevice[]): Promise<void>;
  /** The list is known, and need not be requested. */
  isFresh(jid: BareJid): Promise<boolean>;
  /** Requests the list if it is unknown or old, or in any case. @throws as `Stream.request` */
  refresh(jid: BareJid, inAnyCase?: boolean): Promise<void>;
  /**
   * Fetches the bundles of these devices and marks the faulty ones. Stores newly learned keys. Returns no bundle if the
   * user must decide about the key or the key has changed.
   * @param inAnyCase also bundles that were useless recently
   * @param asTheyAre fetches them again instead of using kept ones
   * @throws {NotConnected}
   */
  bundles(of: readonly Address[], inAnyCase?: boolean, asTheyAre?: boolean): Promise<Map<string, Bundle>>;
  /** No session can be started with the bundle of this device. */
  unusable(of: Address): Promise<void>;
  /** Devices that may receive messages as far as known: active and not distrusted. */
  candidates(jid: BareJid): Promise<StoredDevice[]>;
  /** Fetches the keys of devices without one, so that the user can decide about them. */
  learnKeys(jid: BareJid): Promise<void>;
}

export const nameOf = ({ jid, device }: Address): string => `${device} ${jid}`;

export function createPeerDevices({
  account,
  own,
  store,
  client,
  publish,
  tellsChanges,
  devicesChanged,
}: OmemoPorts): PeerDevices {
  const asking = new Map<BareJid, Promise<void>>();
  /** Devices whose bundle could not be fetched or used, and since when, on a monotonic clock. */
  const useless = new Map<string, { since: number; wait: number }>();
  const kept = new Map<string, { since: number; bundle: Bundle }>();

  /** Keeps one random prekey: a session needs no more. */
  function keep(name: string, bundle: Bundle): void {
    // It may have turned out to be useless while it was being fetched.
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

  async function isFresh(jid: BareJid): Promise<boolean> {
    const at = await store.read("omemo.listedAt", { account, jid });
    if (at === null) return false;
    const age = Date.now() - at;
    if (age < EMPTY || jid === own || tellsChanges(jid)) return age < STALE;
    const devices = await store.read("omemo.devices", { account, jid });
    return age < STALE && devices.some(({ active }) => active);
  }

  async function ask(jid: BareJid, inAnyCase: boolean): Promise<void> {
    if (!inAnyCase && (await isFresh(jid))) return;
    await listed(jid, (await client().devices.list(jid)) ?? []);
  }

  async function noteBundle(address: Address, bundle: "missing" | "bad"): Promise<null> {
    later(address);
    const { jid, device } = address;
    await store.write({ op: "omemo.setBundle", args: { account, jid, device, bundle } });
    return null;
  }

  /** The bundle should not be requested now. */
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

  /** @param silent owners whose server does not answer @returns null if it cannot be used now */
  async function fetchBundle(address: Address, silent: Set<BareJid>): Promise<Bundle | null> {
    const { jid, device } = address;
    if (silent.has(jid)) return null;
    let bundle: Bundle | "malformed" | null;
    try {
      bundle = await client().devices.bundle(jid, device);
    } catch (error) {
      if (error instanceof NotConnected) throw error;
      // The contact's server does not answer, which says nothing about the bundle.
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
    // Devices that were never requested come first.
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
    isFresh,
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
