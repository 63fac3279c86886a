import { afterAll, beforeAll, expect, it } from "vitest";
import xml from "@xmpp/xml";
import { announce, befriend } from "./befriend.ts";
import { startEcho } from "./echo.ts";
import { connectPeer, type Peer } from "./peer.ts";
import { startProsody, type Prosody } from "./servers/prosody.ts";

let server: Prosody;
const peers: Peer[] = [];
beforeAll(async () => {
  server = await startProsody({ accounts: { alice: "secret", echo: "hidden", carol: "other" } });
});
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  await server?.remove();
});

const echo = { jid: "echo@localhost", password: "hidden" };

it("the echo greets a friend who comes online, and repeats everything once", async () => {
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { ...echo, name: "Echo", groups: ["Friends"] },
  );
  peers.push(await startEcho({ server, ...echo }));
  const alice = await connectPeer({ server, jid: "alice@localhost", password: "secret", resource: "test" });
  peers.push(alice);
  const answer = await alice.request(xml("iq", { type: "get", id: "r" }, xml("query", "jabber:iq:roster")));
  const item = answer.getChild("query")!.getChild("item")!;
  expect([item.attrs, item.getChildText("group")]).toMatchObject([
    { jid: "echo@localhost", name: "Echo", subscription: "both" },
    "Friends",
  ]);
  await alice.send(xml("presence"));
  await alice.waitFor((stanza) => stanza.is("presence") && stanza.getChildText("status") === "Talk to me");
  await alice.waitForMessage((stanza) => stanza.getChildText("body")?.startsWith("Hello!") === true);
  await alice.chat("echo@localhost", "Grüße 🐦");
  await alice.waitForMessage((stanza) => stanza.getChildText("body") === "Echo: Grüße 🐦");
  await alice.send(xml("message", { to: "echo@localhost", type: "error" }, xml("body", {}, "an error")));
  await alice.chat("echo@localhost", "last");
  await alice.waitForMessage((stanza) => stanza.getChildText("body") === "Echo: last");
  expect(alice.stanzas.filter((stanza) => stanza.getChildText("body") !== null)).toHaveLength(3);
});

it("the echo accepts any subscription request and asks back", async () => {
  const carol = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "test" });
  peers.push(carol);
  await announce(carol);
  await carol.send(xml("presence", { to: "echo@localhost", type: "subscribe" }));
  await carol.waitFor((stanza) => stanza.is("presence") && stanza.attrs["type"] === "subscribed");
  await carol.waitFor((stanza) => stanza.is("presence") && stanza.attrs["type"] === "subscribe");
});
