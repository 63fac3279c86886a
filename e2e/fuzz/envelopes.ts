/** Real OMEMO envelopes (XEP-0384 0.3): a contact's device with sessions to the device that the core has published. */
import type { Element } from "@xmpp/xml";
import type { BareJid } from "../../shared/jid.ts";
import { TestDevice } from "../../electron/omemo/testing/device.ts";
import type { Bundle } from "../../electron/omemo/ports.ts";
import { readBundle } from "../../electron/xmpp/omemo/bundle.ts";
import { bundleElement, encrypted } from "../peers/omemo-peer.ts";
import { CONTACTS, ME } from "./names.ts";
import { treeFrom, type Tree } from "./tree.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const PUBSUB = "http://jabber.org/protocol/pubsub";

export class Correspondent {
  readonly #device: TestDevice;
  /** Bundles that the core has published, by device. */
  readonly #published = new Map<number, Bundle>();

  private constructor(device: TestDevice) {
    this.#device = device;
  }

  static async create(): Promise<Correspondent> {
    return new Correspondent(await TestDevice.create(CONTACTS[0]));
  }

  /** Records what the core publishes (XEP-0060 §7.1). */
  hear(iq: Element): void {
    const publish = iq.getChild("pubsub", PUBSUB)?.getChild("publish");
    const device = /\.bundles:(\d+)$/.exec(String(publish?.attrs["node"]))?.[1];
    const bundle =
      device === undefined ? "malformed" : readBundle(publish?.getChild("item")?.getChild("bundle", OMEMO));
    if (bundle !== "malformed") this.#published.set(Number(device), bundle);
  }

  /** Forgets the published bundles when another core with other keys starts. */
  forget(): void {
    this.#published.clear();
  }

  /** Its device list, as used in answers and events. */
  get list(): Tree {
    const device: Tree = { name: "device", attributes: [["id", String(this.#device.address.device)]], children: [] };
    return { name: "list", attributes: [["xmlns", OMEMO]], children: [device] };
  }
  get bundle(): Tree {
    return treeFrom(bundleElement(this.#device.bundle));
  }
  get id(): number {
    return this.#device.address.device;
  }

  /**
   * Encrypts a message that the core can read. Null until the core has published a bundle. @param text null: a message
   * without payload
   */
  async write(text: string | null): Promise<Tree | null> {
    const to = [...this.#published].map(([device, bundle]) => ({ address: { jid: ME as BareJid, device }, bundle }));
    if (to.length === 0) return null;
    const envelope = await this.#device.do(async (sessions) => {
      for (const { address, bundle } of to) if (!(await sessions.has(address))) await sessions.begin(address, bundle);
      return (
        await sessions.encrypt(
          to.map(({ address }) => address),
          text,
        )
      ).envelope;
    });
    return treeFrom(encrypted(envelope));
  }
}
