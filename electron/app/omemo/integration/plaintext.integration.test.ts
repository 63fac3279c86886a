/** An encrypted chat stays encrypted, whatever fails: nothing written into it is ever sent as plaintext. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { publishDevices } from "../../../../e2e/peers/omemo-nodes.ts";
import { bundleElement, publishBundle, type OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

/** The account for which PEP fails. */
const BROKEN = "erin";
/** A server whose PEP answers with an error for one account. */
const ERRORS = `
local st = require "util.stanza";
module:hook("iq/bare/http://jabber.org/protocol/pubsub:pubsub", function(event)
  if event.stanza.attr.to == "${BROKEN}@localhost" and event.stanza.attr.from:find("^alice@") then
    event.origin.send(st.error_reply(event.stanza, "wait", "internal-server-error"));
    return true;
  end
end, 1000);
`;
const world = new OmemoWorld();
let ours: EncryptingDevice;
/** Another client of Alice's: sees carbons of everything she sends, and the archive. */
let wire: Peer;
const written: string[] = [];

beforeAll(async () => {
  await world.start(["bob", "carol", "dave", BROKEN], { modules: { pep_errors: ERRORS } });
  ours = await world.jackdaw();
  wire = await connectPeer({ jid: alice, password: "secret", resource: "wire", server: world.server });
  await wire.request(xml("iq", { type: "set", id: "carbons" }, xml("enable", "urn:xmpp:carbons:2")));
});
afterAll(async () => {
  await wire?.stop();
  await world.end();
});

const jidOf = (user: string): BareJid => `${user}@localhost` as BareJid;
const archive = async (): Promise<string> => {
  const from = wire.stanzas.length;
  await wire.request(
    xml(
      "iq",
      { type: "set", id: crypto.randomUUID() },
      xml(
        "query",
        { xmlns: "urn:xmpp:mam:2" },
        xml("set", "http://jabber.org/protocol/rsm", xml("max", {}, "200"), xml("before")),
      ),
    ),
  );
  return wire.stanzas.slice(from).join("\n");
};
/** Expects that a message fails for this reason, and that nothing of it was sent. */
async function refused(user: string, condition: string): Promise<void> {
  const text = `secret ${crypto.randomUUID()}`;
  written.push(text);
  await ours.say(jidOf(user), text);
  await vi.waitFor(
    async () =>
      expect((await ours.all(jidOf(user))).find((one) => one.body === text)).toMatchObject({
        delivery: "failed",
        failure: { condition },
      }),
    WAIT,
  );
  // Nor is it sent as plaintext if the window requests that.
  await expect(
    ours.core.handlers["message.send"]({ account: ours.account.id, jid: jidOf(user), body: text, encryption: "none" }),
  ).rejects.toMatchObject({ code: "chat-is-encrypted" });
}
/** A peer with an encrypted chat, and the message that proves it. */
async function encryptedChat(user: string): Promise<OmemoPeer> {
  const peer = await world.peer(user);
  await ours.encryptsFor(jidOf(user));
  await ours.say(jidOf(user), `first to ${user}`);
  await vi.waitFor(() => expect(peer.heard).toContain(`first to ${user}`), WAIT);
  return peer;
}

describe("nothing is sent as plaintext", () => {
  let peers: Peer[];
  beforeEach(() => {
    peers = [wire];
  });
  const noneOf = async (texts: readonly string[]): Promise<void> => {
    const seen = [await archive(), ...peers.flatMap((one) => one.stanzas.map(String))].join("\n");
    // Proves that the test sees encrypted stanzas.
    expect(seen).toContain("eu.siacs.conversations.axolotl");
    for (const text of texts) expect(seen).not.toContain(text);
  };

  it("if the contact has no devices any more", async () => {
    const bob = await encryptedChat("bob");
    peers.push(bob.peer);
    await publishDevices(bob.peer, []);
    await vi.waitFor(
      async () => expect((await ours.known(jidOf("bob"))).some(({ active }) => active)).toBe(false),
      WAIT,
    );
    await refused("bob", "omemo-no-devices");
    // Also after a restart, when nothing is in memory.
    await ours.quit();
    await ours.startAgain();
    await refused("bob", "omemo-no-devices");
    await noneOf(written);
    // It was only waiting for a device.
    await bob.publish();
    await vi.waitFor(
      async () => expect((await ours.known(jidOf("bob"))).some(({ active }) => active)).toBe(true),
      WAIT,
    );
    const failed = (await ours.all(jidOf("bob"))).find(({ delivery }) => delivery === "failed")!;
    await ours.core.handlers["message.retry"]({ account: ours.account.id, id: failed.id });
    await vi.waitFor(() => expect(bob.heard).toContain(failed.body), WAIT);
    await noneOf(written);
  });

  it("if none of the contact's devices is trusted, or all have new keys", async () => {
    const carol = await encryptedChat("carol");
    peers.push(carol.peer);
    const [device] = await ours.known(jidOf("carol"));
    const trust = (now: "distrusted" | "trusted") =>
      ours.core.handlers["device.setTrust"]({
        account: ours.account.id,
        jid: jidOf("carol"),
        device: device!.id,
        fingerprint: device!.fingerprint!,
        trust: now,
      });
    await trust("distrusted");
    await refused("carol", "omemo-untrusted");
    await trust("trusted");
    await ours.say(jidOf("carol"), "trusted again");
    await vi.waitFor(() => expect(carol.heard).toContain("trusted again"), WAIT);
    await noneOf([...written, "trusted again"]);
  });

  it.each<[string, (bundle: Element) => void]>([
    ["malformed", (one) => void one.remove("identityKey")],
    [
      "signed wrongly",
      (one) => void (one.getChild("signedPreKeySignature")!.children = [Buffer.alloc(64, 9).toString("base64")]),
    ],
  ])("if the only bundle is %s, or missing", async (_, change) => {
    const dave = await world.peer("dave");
    peers.push(dave.peer);
    const bundle = bundleElement(dave.device.bundle);
    change(bundle);
    await publishBundle(dave.peer, dave.id, bundle);
    await ours.core.handlers["chat.open"]({ account: ours.account.id, jid: jidOf("dave") });
    await ours.core.handlers["chat.setEncryption"]({
      account: ours.account.id,
      jid: jidOf("dave"),
      encryption: "omemo",
    });
    await vi.waitFor(
      async () => expect((await ours.known(jidOf("dave"))).map(({ id }) => id)).toContain(dave.id),
      WAIT,
    );
    await refused("dave", "omemo-no-keys");
    await publishDevices(dave.peer, [1_234]);
    await vi.waitFor(
      async () =>
        expect((await ours.known(jidOf("dave"))).filter(({ active }) => active).map(({ id }) => id)).toEqual([1_234]),
      WAIT,
    );
    await refused("dave", "omemo-no-keys");
    await noneOf(written);
    // As soon as there are keys, it can be sent.
    await dave.publish();
    await vi.waitFor(
      async () =>
        expect((await ours.known(jidOf("dave"))).filter(({ active }) => active).map(({ id }) => id)).toEqual([dave.id]),
      WAIT,
    );
    await ours.say(jidOf("dave"), "with keys");
    await vi.waitFor(() => expect(dave.heard).toContain("with keys"), WAIT);
    await noneOf([...written, "with keys"]);
  });

  it("if the contact's server answers with errors", async () => {
    const erin = await world.peer(BROKEN);
    peers.push(erin.peer);
    // The list arrives as an event; the keys must be requested.
    await ours.core.handlers["chat.open"]({ account: ours.account.id, jid: jidOf(BROKEN) });
    await ours.core.handlers["chat.setEncryption"]({
      account: ours.account.id,
      jid: jidOf(BROKEN),
      encryption: "omemo",
    });
    await vi.waitFor(
      async () => expect((await ours.known(jidOf(BROKEN))).map(({ id }) => id)).toContain(erin.id),
      WAIT,
    );
    await refused(BROKEN, "omemo-no-keys");
    await noneOf(written);
    // A session that Erin starts needs no request.
    await erin.say(alice, "can you hear me?");
    await ours.reads(jidOf(BROKEN), "can you hear me?", erin.id);
    await ours.say(jidOf(BROKEN), "I can");
    await vi.waitFor(() => expect(erin.heard).toContain("I can"), WAIT);
    await noneOf([...written, "I can"]);
  });
});
