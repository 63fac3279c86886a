/** Commands for devices and their keys: list, trust, verify, remove. */
import { formatDeviceAddress, parseDeviceAddress } from "../../../shared/omemo/device-address.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { Device, Trust, Verification } from "../../../shared/model/encryption.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store, StoredDevice } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { CommandError, type Handlers } from "../host.ts";

type DeviceCommands = Pick<
  Handlers,
  | "device.list"
  | "device.setTrust"
  | "device.acceptKey"
  | "device.remove"
  | "device.renewSession"
  | "device.address"
  | "device.verify"
>;

/** Identity keys start with a type byte, which is not part of the fingerprint. */
const fingerprint = (key: Uint8Array): string => Buffer.from(key.subarray(1)).toString("hex");
const keyOf = (print: string): Uint8Array => Buffer.from(`05${print}`, "hex");

export function deviceCommands(store: Store, accounts: Accounts): DeviceCommands {
  const told = (account: AccountId, jid: BareJid): Promise<void> => accounts.get(account).encryption.peers.changed(jid);
  const devices = (account: AccountId, jid: BareJid): Promise<StoredDevice[]> =>
    store.read("omemo.devices", { account, jid });

  async function setTrust(
    account: AccountId,
    jid: BareJid,
    device: number,
    print: string,
    trust: Trust,
  ): Promise<void> {
    const [done] = await store.write({
      op: "omemo.setTrust",
      args: { account, jid, device, identityKey: keyOf(print), trust },
    });
    if (done === null) throw new CommandError("key-has-changed", "the device has another key now");
    await told(account, jid);
  }

  /** Requests unknown device lists, and keys of devices without one. The window receives changes. */
  async function refresh(account: AccountId, jid: BareJid, inAnyCase: boolean): Promise<void> {
    const { peers } = accounts.get(account).encryption;
    await peers.refresh(jid, inAnyCase);
    await peers.learnKeys(jid);
  }

  return {
    async "device.list"({ account, jid }) {
      const { stored, encryption } = accounts.get(account);
      const self = jid === stored.jid ? await encryption.own.ensure() : null;
      refresh(account, jid, false).catch(logged("app", "the device list could not be read"));
      const known = await devices(account, jid);
      const shown = known.filter((one) => one.id !== self?.id).map((one) => view(one));
      if (self === null) return { devices: shown };
      const here = known.find((one) => one.id === self.id);
      const { lastUsedAt, firstSeenAt, label } = here ?? { lastUsedAt: null, firstSeenAt: Date.now(), label: null };
      const ours: Device = {
        id: self.id,
        fingerprint: fingerprint(self.identity.publicKey),
        trust: "verified",
        active: true,
        own: true,
        label,
        firstSeenAt,
        lastUsedAt,
        changedFingerprint: null,
        bundle: "ok",
      };
      return { devices: [ours, ...shown] };
    },
    async "device.setTrust"({ account, jid, device, fingerprint: print, trust }) {
      await setTrust(account, jid, device, print, trust);
      return null;
    },
    async "device.acceptKey"({ account, jid, device, fingerprint: print }) {
      const [done] = await store.write({
        op: "omemo.acceptKey",
        args: { account, jid, device, identityKey: keyOf(print), trust: "trusted" },
      });
      if (done === null) throw new CommandError("key-has-changed", "the device has another key now");
      await accounts.get(account).encryption.forget(jid, device);
      await told(account, jid);
      return null;
    },
    async "device.remove"({ account, device }) {
      const { client, stored, encryption } = accounts.get(account);
      if (device === (await encryption.own.ensure()).id)
        throw new CommandError("forbidden", "this is the device itself");
      const list = (await client.devices.list(stored.jid)) ?? [];
      const rest = list.filter((one) => one.id !== device);
      if (rest.length < list.length) await client.devices.publishList(rest);
      await client.devices.removeBundle(device);
      await encryption.peers.listed(stored.jid, rest);
      await store.write({ op: "omemo.forget", args: { account, jid: stored.jid, device } });
      await encryption.forget(stored.jid, device);
      await told(account, stored.jid);
      return null;
    },
    async "device.renewSession"({ account, jid, device }) {
      await accounts.get(account).encryption.renew(jid, device);
      return null;
    },
    async "device.address"({ account }) {
      const { stored, encryption } = accounts.get(account);
      const { id, identity } = await encryption.own.ensure();
      const others = (await devices(account, stored.jid)).filter(
        (one) => one.active && one.trust === "verified" && one.id !== id && one.identityKey !== null,
      );
      const keys = others.map((one) => ({ device: one.id, fingerprint: fingerprint(one.identityKey!) }));
      return {
        uri: formatDeviceAddress({
          jid: stored.jid,
          keys: [{ device: id, fingerprint: fingerprint(identity.publicKey) }, ...keys],
        }),
      };
    },
    async "device.verify"({ account, jid, uri }) {
      const address = parseDeviceAddress(uri);
      if (address === null || (jid !== null && address.jid !== jid))
        throw new CommandError("bad-device-address", "not an address with the keys of this person");
      const result: Verification = { jid: address.jid, verified: [], different: [], unknown: [] };
      // A scanned device may be unknown so far, so its list is requested.
      await refresh(account, address.jid, true).catch(logged("app", "the device list could not be read"));
      const { stored, encryption } = accounts.get(account);
      const self = address.jid === stored.jid ? await encryption.own.ensure() : null;
      const known = await devices(account, address.jid);
      for (const { device, fingerprint: print } of address.keys) {
        if (device === self?.id) {
          if (fingerprint(self.identity.publicKey) !== print) result.different.push(device);
          continue;
        }
        const key = known.find((one) => one.id === device)?.identityKey ?? null;
        if (key === null) result.unknown.push(device);
        else if (fingerprint(key) !== print) result.different.push(device);
        else {
          await setTrust(account, address.jid, device, print, "verified");
          result.verified.push(device);
        }
      }
      return result;
    },
  };
}

function view({ identityKey, changedKey, mendedAt: _, ...device }: StoredDevice): Device {
  return {
    ...device,
    own: false,
    fingerprint: identityKey === null ? null : fingerprint(identityKey),
    changedFingerprint: changedKey === null ? null : fingerprint(changedKey),
  };
}
