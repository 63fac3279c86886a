/**
 * Our own device (XEP-0384 0.3 §4.2 to §4.4): created once and published, so that others can encrypt for it. It is put
 * back into the device list if another client removes it, used prekeys are replaced, and the signed prekey is rotated.
 */
import pLimit from "p-limit";
import { bundleOf, makeDevice, PREKEYS, refill, rotate, SIGNED_PREKEY_KEPT } from "../../omemo/device.ts";
import type { OmemoChange, OwnDevice, StoredPreKey } from "../../omemo/ports.ts";
import type { ListedDevice, PublishedBundle } from "../../xmpp/events.ts";
import { logged } from "../../log/log.ts";
import type { PeerDevices } from "./peer-devices.ts";
import type { OmemoPorts } from "./ports.ts";

/** Prekeys used within this time are replaced together, ms. */
const TOGETHER = 3_000;
/**
 * Two clients that publish the list at the same moment remove each other. We return after the first time, ms, then
 * after 1.5 times as long each time, up to the second: no fight with a client that removes us repeatedly.
 */
const [SOON, AT_MOST] = [500, 60_000];

export interface OwnDevicePublisher {
  /** Creates the device if there is none. Every decryption needs one. */
  ensure(): Promise<OwnDevice>;
  /** Publishes what the server lacks. @throws as `Stream.request` */
  publish(): Promise<void>;
  /** A prekey was used: publishes a new one soon. */
  used(): void;
  /** Our device list as published now. */
  listed(devices: ListedDevice[]): Promise<void>;
  /** Catching up is over: deletes used keys. */
  deleteUsedKeys(): Promise<void>;
}

export function createOwnDevice({ account, own, store, client }: OmemoPorts, peers: PeerDevices): OwnDevicePublisher {
  let making: Promise<OwnDevice> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let adding: NodeJS.Timeout | null = null;
  let addedAt = 0;
  /** How often we returned to the list and were removed again. */
  let tries = 0;
  const publishing = pLimit(1);

  const apply = (changes: OmemoChange[]) =>
    store.write({ op: "omemo.apply", args: { account, changes, now: Date.now() } });

  async function make(): Promise<OwnDevice> {
    const known = await store.read("omemo.own", { account });
    if (known !== null) return known;
    const { own: device, changes } = await makeDevice(Date.now());
    await apply(changes);
    return device;
  }
  const ensure = (): Promise<OwnDevice> => {
    making ??= make().catch((error: unknown) => {
      making = null;
      throw error;
    });
    return making;
  };

  /** The bundle to publish, with new keys if there are too few or too old ones. */
  async function bundle(device: OwnDevice): Promise<PublishedBundle> {
    const [newest] = await store.read("omemo.signedPreKeys", { account });
    const signed = await rotate(device, newest ?? null, Date.now());
    if (signed !== null) await apply([{ kind: "signedPreKey", add: signed }]);
    const preKeys = await store.read("omemo.preKeys", { account });
    const missing: StoredPreKey[] = await refill(
      PREKEYS - preKeys.length,
      await store.read("omemo.lastPreKey", { account }),
    );
    if (missing.length > 0) await apply([{ kind: "prekeys", add: missing }]);
    return bundleOf(device, (signed ?? newest)!, [...preKeys, ...missing]);
  }

  async function addToList(): Promise<void> {
    const { id } = await ensure();
    const devices = (await client().devices.list(own)) ?? [];
    if (!devices.some((one) => one.id === id)) {
      addedAt = Date.now();
      devices.push({ id, label: null });
      await client().devices.publishList(devices);
    }
    await peers.listed(own, devices);
  }

  async function publishBundle(): Promise<void> {
    const device = await ensure();
    const next = await bundle(device);
    const there = await client().devices.bundle(own, device.id);
    // The bundle must exist before others see the device in the list.
    if (there === null || there === "malformed" || !sameBundle(there, next))
      await client().devices.publishBundle(device.id, next);
  }

  function publish(): Promise<void> {
    return publishing(async () => {
      await publishBundle();
      await addToList();
    });
  }

  return {
    ensure,
    publish,
    used() {
      timer ??= setTimeout(() => {
        timer = null;
        publishing(publishBundle).catch(logged("app/omemo", "our bundle could not be published", "warn"));
      }, TOGETHER).unref();
    },
    async listed(devices) {
      await peers.listed(own, devices);
      const { id } = await ensure();
      if (devices.some((one) => one.id === id) || adding !== null) return;
      const now = Date.now();
      if (now - addedAt > AT_MOST) tries = 0;
      // Random, or two clients that return at the same moment would do so for ever.
      const wait = Math.min(AT_MOST, SOON * 1.5 ** tries) * (0.2 + Math.random());
      tries += 1;
      // Not awaited: the answer arrives after the stanza that is being handled.
      adding = setTimeout(() => {
        adding = null;
        publish().catch(logged("app/omemo", "our device could not be published again", "warn"));
      }, wait).unref();
    },
    async deleteUsedKeys() {
      await store.write({ op: "omemo.tidy", args: { account, before: Date.now() - SIGNED_PREKEY_KEPT } });
    },
  };
}

function sameBundle(there: PublishedBundle, ours: PublishedBundle): boolean {
  const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
  const ids = new Map(ours.preKeys.map(({ id, key }) => [id, key]));
  return (
    same(there.identityKey, ours.identityKey) &&
    there.signedPreKey.id === ours.signedPreKey.id &&
    same(there.signedPreKey.key, ours.signedPreKey.key) &&
    same(there.signedPreKey.signature, ours.signedPreKey.signature) &&
    there.preKeys.length === ours.preKeys.length &&
    there.preKeys.every(({ id, key }) => ids.has(id) && same(ids.get(id)!, key))
  );
}
