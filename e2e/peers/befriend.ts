/** Puts two accounts into each other's rosters, with presence both ways, as their users would do it. */
import xml from "@xmpp/xml";
import { connectPeer, type Peer, type PeerOptions } from "./peer.ts";

type Friend = Pick<PeerOptions, "jid" | "password"> & {
  /** What the other one calls this account. */
  name: string;
  groups?: string[];
};

/** RFC 6121 §3.1 twice, and a name for each. */
export async function befriend(server: PeerOptions["server"], one: Friend, other: Friend): Promise<void> {
  const [first, second] = await Promise.all([one, other].map((who) => connectPeer({ ...who, resource: "befriend", server }))) as [Peer, Peer];
  try {
    await add(first, other);
    await add(second, one);
    // A server keeps a request until the account has announced itself.
    await Promise.all([first, second].map((peer) => peer.send(xml("presence", {}, xml("priority", {}, "-1")))));
    await subscribe(first, one.jid, second, other.jid);
    await subscribe(second, other.jid, first, one.jid);
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
}

async function add(peer: Peer, { jid, name, groups = [] }: Friend): Promise<void> {
  const item = xml("item", { jid, name }, ...groups.map((group) => xml("group", {}, group)));
  await peer.request(xml("iq", { type: "set", id: crypto.randomUUID() }, xml("query", "jabber:iq:roster", item)));
}

async function subscribe(from: Peer, fromJid: string, to: Peer, toJid: string): Promise<void> {
  const is = (type: string, jid: string) => (stanza: { is: (name: string) => boolean; attrs: Record<string, unknown> }) =>
    stanza.is("presence") && stanza.attrs["type"] === type && String(stanza.attrs["from"]).startsWith(jid);
  await from.send(xml("presence", { to: toJid, type: "subscribe" }));
  await to.waitFor(is("subscribe", fromJid));
  await to.send(xml("presence", { to: fromJid, type: "subscribed" }));
  await from.waitFor(is("subscribed", toJid));
}
