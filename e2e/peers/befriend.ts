/** Puts two accounts into each other's rosters with presence both ways, like their users would. */
import xml, { type Element } from "@xmpp/xml";
import { connectPeer, type Peer, type PeerOptions } from "./peer.ts";

interface Friend {
  /** Bare JID. */
  jid: string;
  password: string;
  /** What the other account calls this one. */
  name: string;
  groups?: readonly string[];
}

/** RFC 6121 §3.1 in both directions, and a roster item with a name for each. */
export async function befriend(server: PeerOptions["server"], one: Friend, other: Friend): Promise<void> {
  const sign = ({ jid, password }: Friend): Promise<Peer> =>
    connectPeer({ server, jid, password, resource: "befriend" });
  const [first, second] = await Promise.all([sign(one), sign(other)]);
  try {
    await announce(first);
    await announce(second);
    await add(first, other);
    await add(second, one);
    await subscribe(first, one.jid, second, other.jid);
    await subscribe(second, other.jid, first, one.jid);
  } finally {
    await Promise.all([leave(first), leave(second)]);
  }
}

/**
 * Returns when the server has processed the unavailable presence, so that the next message is not delivered to this
 * client and then again to the next device.
 */
async function leave(peer: Peer): Promise<void> {
  await peer.send(xml("presence", { type: "unavailable" }));
  await peer.request(xml("iq", { type: "get", id: crypto.randomUUID() }, xml("ping", "urn:xmpp:ping")));
  await peer.stop();
}

/** Subscription answers go to clients that requested the roster (RFC 6121 §2.1.6), requests to available ones. */
export async function announce(peer: Peer): Promise<void> {
  await peer.request(xml("iq", { type: "get", id: crypto.randomUUID() }, xml("query", "jabber:iq:roster")));
  await peer.send(xml("presence"));
}

async function add(peer: Peer, { jid, name, groups = [] }: Friend): Promise<void> {
  const item = xml("item", { jid, name }, ...groups.map((group) => xml("group", {}, group)));
  await peer.request(xml("iq", { type: "set", id: crypto.randomUUID() }, xml("query", "jabber:iq:roster", item)));
}

async function subscribe(from: Peer, fromJid: string, to: Peer, toJid: string): Promise<void> {
  const is = (type: string, jid: string) => (stanza: Element) =>
    stanza.is("presence") && stanza.attrs["type"] === type && String(stanza.attrs["from"]).split("/", 1)[0] === jid;
  await from.send(xml("presence", { to: toJid, type: "subscribe" }));
  await to.waitFor(is("subscribe", fromJid));
  await to.send(xml("presence", { to: fromJid, type: "subscribed" }));
  await from.waitFor(is("subscribed", toJid));
}
