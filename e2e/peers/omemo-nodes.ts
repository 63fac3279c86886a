/** What an account has published for OMEMO (XEP-0384 0.3.0), as an independent client sees it. */
import xml, { type Element } from "@xmpp/xml";
import type { Peer } from "./peer.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const PUBSUB = "http://jabber.org/protocol/pubsub";
const iq = (type: "get" | "set", to: string, child: Element): Element =>
  xml("iq", { type, to, id: crypto.randomUUID() }, xml("pubsub", PUBSUB, child));

async function item(peer: Peer, jid: string, node: string): Promise<Element | undefined> {
  try {
    const answer = await peer.request(iq("get", jid, xml("items", { node })));
    return answer.getChild("pubsub")?.getChild("items")?.getChild("item");
  } catch (error) {
    if ((error as { condition?: string }).condition === "item-not-found") return undefined;
    throw error;
  }
}

/** The device ids on the list of this bare JID, in order; empty when there is no list. */
export async function publishedDevices(peer: Peer, jid: string): Promise<number[]> {
  const list = (await item(peer, jid, `${OMEMO}.devicelist`))?.getChild("list");
  return (list?.getChildren("device") ?? []).map((device) => Number(device.attrs["id"]));
}

/** The identity key in the bundle of this device, without its type byte, hex; null when there is no bundle. */
export async function publishedFingerprint(peer: Peer, jid: string, device: number): Promise<string | null> {
  const key = (await item(peer, jid, `${OMEMO}.bundles:${device}`))?.getChild("bundle")?.getChildText("identityKey");
  return key === undefined || key === null ? null : Buffer.from(key, "base64").subarray(1).toString("hex");
}

/** Replaces the device list of our own account, with an open access model. */
export async function publishDevices(peer: Peer, devices: readonly number[]): Promise<void> {
  const list = xml("list", OMEMO, ...devices.map((id) => xml("device", { id: String(id) })));
  const field = (name: string, value: string, type?: string) =>
    xml("field", type === undefined ? { var: name } : { var: name, type }, xml("value", {}, value));
  const options = xml(
    "x",
    { xmlns: "jabber:x:data", type: "submit" },
    field("FORM_TYPE", `${PUBSUB}#publish-options`, "hidden"),
    field("pubsub#access_model", "open"),
    field("pubsub#persist_items", "true"),
  );
  const publish = xml("publish", { node: `${OMEMO}.devicelist` }, xml("item", { id: "current" }, list));
  await peer.request(
    xml(
      "iq",
      { type: "set", id: crypto.randomUUID() },
      xml("pubsub", PUBSUB, publish, xml("publish-options", {}, options)),
    ),
  );
}
