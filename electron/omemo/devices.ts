/**
 * The devices of other people as one transaction sees them: the stored ones and those learned during the transaction.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { Trust } from "../../shared/model/encryption.ts";
import { same } from "./ratchet/bytes.ts";
import type { Address, KnownDevice, OmemoChange, OmemoRecords } from "./ports.ts";
import { initialTrust } from "./trust.ts";

/** A device with a known identity key. */
export interface Identified {
  identityKey: Uint8Array;
  trust: Trust;
}

export interface Devices {
  /** Null: its identity key is not known. */
  known(address: Address): Promise<Identified | null>;
  /**
   * Called when a device presents an identity key.
   * @returns the trust in the device; null if another key is known for it, which is recorded as a change
   */
  confirm(address: Address, identityKey: Uint8Array): Promise<Trust | null>;
}

export function createDevices(records: Pick<OmemoRecords, "devices">, change: (change: OmemoChange) => void): Devices {
  const read = new Map<BareJid, Promise<KnownDevice[]>>();
  const reported: KnownDevice[] = [];

  function of(jid: BareJid): Promise<KnownDevice[]> {
    let devices = read.get(jid);
    if (devices === undefined) {
      devices = records.devices(jid).then((all) => [...all]);
      read.set(jid, devices);
    }
    return devices;
  }

  async function known({ jid, device }: Address): Promise<Identified | null> {
    const found = (await of(jid)).find((one) => one.device === device);
    return found === undefined || found.identityKey === null
      ? null
      : { identityKey: found.identityKey, trust: found.trust };
  }

  return {
    known,
    async confirm(address, identityKey) {
      const { jid, device } = address;
      const existing = await known(address);
      if (existing !== null && same(existing.identityKey, identityKey)) return existing.trust;
      if (existing !== null) {
        const isReported = reported.some(
          (one) => one.jid === jid && one.device === device && same(one.identityKey!, identityKey),
        );
        if (!isReported) {
          reported.push({ ...address, identityKey, trust: "undecided" });
          change({ kind: "identity.changed", jid, device, identityKey });
        }
        return null;
      }
      const all = await of(jid);
      const trust = initialTrust(all.filter((one) => one.identityKey !== null));
      const at = all.findIndex((one) => one.device === device);
      all.splice(at === -1 ? all.length : at, at === -1 ? 0 : 1, { jid, device, identityKey, trust });
      change({ kind: "identity", jid, device, identityKey, trust });
      return trust;
    },
  };
}
