/** A friendly peer: greets contacts that come online, repeats their messages, and accepts any subscription. */
import xml, { type Element } from "@xmpp/xml";
import { connectPeer, type Peer, type PeerOptions } from "./peer.ts";

const GREETING = "Hello! I am the echo of this demo. Write something, and I will say it back. 🐦";

/** @returns the peer, online and available; `stop` ends it */
export async function startEcho(options: Omit<PeerOptions, "onStanza" | "resource">): Promise<Peer> {
  const greeted = new Set<string>();

  async function answer(stanza: Element): Promise<void> {
    const from = String(stanza.attrs["from"] ?? "").split("/", 1)[0]!;
    if (from === "" || from === options.jid) return;
    const type = stanza.attrs["type"] as string | undefined;
    if (stanza.is("presence")) {
      if (type === "subscribe") {
        await peer.send(xml("presence", { to: from, type: "subscribed" }));
        await peer.send(xml("presence", { to: from, type: "subscribe" }));
      } else if (type === undefined && !greeted.has(from)) {
        greeted.add(from);
        await peer.chat(from, GREETING);
      }
      return;
    }
    const body = stanza.getChildText("body");
    // RFC 6121 §8.3.1: an error is never answered; otherwise two echoes would loop forever.
    if (
      stanza.is("message") &&
      (type === "chat" || type === "normal" || type === undefined) &&
      body !== null &&
      body !== ""
    ) {
      await peer.chat(from, `Echo: ${body}`);
    }
  }

  const onStanza = (stanza: Element): void => void answer(stanza).catch(() => undefined);
  const peer = await connectPeer({ ...options, resource: "echo", onStanza });
  await peer.send(xml("presence", {}, xml("status", {}, "Talk to me")));
  return peer;
}
