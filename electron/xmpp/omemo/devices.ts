/**
 * Device lists and bundles in PEP (XEP-0384 0.3 §4.2 and §4.3): publishes ours for everyone, reads those of others, and
 * reports list changes.
 */
import type { DeviceIntents } from "../intents.ts";
import type { FollowedNode, NodeSettings, Pep, PepItem } from "../pubsub/pep.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import { buildBundle, readBundle } from "./bundle.ts";
import { buildDeviceList, readDeviceList } from "./device-list.ts";
import { NS_OMEMO } from "./fields.ts";

/** The id of the only item of each node (XEP-0060 §12.20). */
const ITEM = "current";
const LIST = `${NS_OMEMO}.devicelist`;
const bundleNode = (device: number): NodeSettings => ({
  name: `${NS_OMEMO}.bundles:${device}`,
  access: "open",
  config: {},
});

export function devices({ emit }: FeaturePorts, pep: Pep): Feature & { intents: DeviceIntents } {
  const listNode: FollowedNode = {
    name: LIST,
    access: "open",
    config: {},
    forged: "forged-device-list",
    async changed({ from, items, retracted, emptied }) {
      // Other retracted items are ignored: servers also report old items that a new one replaced.
      const gone = emptied || (items.length === 0 && retracted.includes(ITEM));
      const listed = gone ? [] : readDeviceList(newest(items)?.payload);
      if (listed !== null) await emit({ type: "devices.listed", jid: from, devices: listed });
    },
  };
  pep.follow(listNode);

  return {
    name: "devices",
    intents: {
      async list(jid) {
        const item = newest(await pep.latest(jid, LIST));
        return item === null ? null : readDeviceList(item.payload);
      },
      async bundle(jid, device) {
        const item = newest(await pep.latest(jid, bundleNode(device).name));
        return item === null ? null : readBundle(item.payload);
      },
      async publishList(listed) {
        await pep.publish(listNode, ITEM, buildDeviceList(listed));
      },
      async publishBundle(device, bundle) {
        await pep.publish(bundleNode(device), ITEM, buildBundle(bundle));
      },
      async removeBundle(device) {
        try {
          await pep.remove(bundleNode(device).name);
        } catch (error) {
          if (!(error instanceof StanzaError) || error.condition !== "item-not-found") throw error;
        }
      },
    },
  };
}

/** Not every client uses the id `current`. Several items come oldest first (XEP-0060 §12.1). */
const newest = (items: readonly PepItem[]): PepItem | null =>
  items.find(({ id }) => id === ITEM) ?? items.at(-1) ?? null;
