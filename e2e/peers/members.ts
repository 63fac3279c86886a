/**
 * Hundreds of room members with OMEMO devices (XEP-0384 0.3): one component behind a Prosody answers for the PEP of
 * all. They are members but never present. The name of a room gives its number of members:
 * `town-300@conference.localhost`.
 */
import xml, { type Element } from "@xmpp/xml";
import { newKeyPair } from "../../electron/omemo/ratchet/curve.ts";
import { bundleOf, refill, rotate } from "../../electron/omemo/device.ts";
import { CROWD, startCrowd, type Crowd } from "./servers/crowd.ts";
import { bundleElement } from "./omemo-peer.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const PUBSUB = "http://jabber.org/protocol/pubsub";
/** A module for the room service that adds the members; one by one, Prosody would save the whole room each time. */
export const ROOMS_WITH_MEMBERS = `
module:hook("muc-room-created", function (event)
  local room = event.room;
  local count = tonumber(room.jid:match("%-(%d+)@") or "0");
  for n = 0, count - 1 do room._affiliations["member-" .. n .. "@${CROWD}"] = "member"; end
end);
`;

export interface Members {
  readonly crowd: Crowd;
  /** Their device ids, one each. */
  readonly devices: readonly number[];
}

/** @param port of the component, see `withCrowd` */
export async function startMembers(port: number, count: number): Promise<Members> {
  const jids = Array.from({ length: count }, (_, n) => `member-${n}@${CROWD}`);
  const devices = jids.map((_, n) => 100_000 + n);
  const preKeys = await refill(100, 0);
  const nodes = new Map<string, string>();
  const items = (node: string, item: Element): string =>
    String(xml("pubsub", PUBSUB, xml("items", { node }, xml("item", { id: "current" }, item))));
  for (const [n, jid] of jids.entries()) {
    const own = { id: devices[n]!, identity: newKeyPair() };
    const bundle = bundleOf(own, (await rotate(own, null, Date.now()))!, preKeys);
    nodes.set(
      `${jid} ${OMEMO}.devicelist`,
      items(`${OMEMO}.devicelist`, xml("list", OMEMO, xml("device", { id: String(own.id) }))),
    );
    nodes.set(`${jid} ${OMEMO}.bundles:${own.id}`, items(`${OMEMO}.bundles:${own.id}`, bundleElement(bundle)));
  }
  const crowd = await startCrowd({
    port,
    answer: (iq) => {
      const node = iq.getChild("pubsub", PUBSUB)?.getChild("items")?.attrs["node"];
      return node === undefined ? undefined : (nodes.get(`${iq.attrs["to"]} ${node}`) ?? null);
    },
  });
  return { crowd, devices };
}
