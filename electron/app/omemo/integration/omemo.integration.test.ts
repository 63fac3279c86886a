/** OMEMO between Jackdaws, over a real Prosody. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { Device as Shown } from "../../../../shared/model/encryption.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const NS = "eu.siacs.conversations.axolotl";

describe("OMEMO between two Jackdaws", () => {
  let world: World;
  let alice: Device;
  let bob: Device;
  /** A client of Bob's without OMEMO, which sees the stanzas. */
  let wire: Peer;

  const devices = async (one: Device, jid = one.user.to): Promise<Shown[]> =>
    (await one.core.handlers["device.list"]({ account: one.account.id, jid })).devices;
  /** The device in its own device list. */
  const self = async (one: Device): Promise<Shown> => (await devices(one, one.user.jid)).find((known) => known.own)!;
  const knows = (one: Device, other: Device) =>
    vi.waitFor(
      async () => expect((await devices(one, other.user.jid)).map(({ id }) => id)).toContain((await self(other)).id),
      WAIT,
    );
  const gets = (one: Device, body: string) => vi.waitFor(async () => expect(await one.bodies()).toContain(body), WAIT);
  const find = async (one: Device, body: string) => (await one.all()).find((known) => known.body === body)!;

  beforeAll(async () => {
    world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden" }, without: ["offline"] }));
    await befriend(world.server, ALICE, BOB);
    alice = await world.device(ALICE);
    bob = await world.device(BOB);
    wire = await world.client("bob", "hidden");
    await wire.request(xml("iq", { type: "set", id: "carbons" }, xml("enable", "urn:xmpp:carbons:2")));
  });
  afterAll(() => world?.end());

  it("each learns the other's device, and the chat is encrypted by default", async () => {
    await knows(alice, bob);
    await knows(bob, alice);
    await alice.core.handlers["chat.open"]({ account: alice.account.id, jid: BOB.jid });
    await vi.waitFor(() => expect(alice.chat()).toMatchObject({ encryption: "omemo", canEncrypt: true }), WAIT);
  });

  it("messages go both ways, and the stanzas contain nothing of their texts", async () => {
    await alice.send("Grüße, geheim 🐦", "omemo");
    await gets(bob, "Grüße, geheim 🐦");
    for (let n = 0; n < 5; n++) {
      await bob.send(`from Bob ${n}`, "omemo");
      await gets(alice, `from Bob ${n}`);
      await alice.send(`from Alice ${n}`, "omemo");
      await gets(bob, `from Alice ${n}`);
    }
    const sent = await vi.waitFor(() => {
      const found = wire.stanzas.filter((one) => one.is("message") && one.toString().includes(NS));
      expect(found.length).toBeGreaterThan(8);
      return found;
    }, WAIT);
    for (const one of sent) expect(one.toString()).not.toMatch(/geheim|from Alice|from Bob/);
    expect((await find(bob, "from Alice 4")).protection).toEqual({
      kind: "omemo",
      device: (await self(alice)).id,
      trust: "trusted",
      problem: null,
    });
    await vi.waitFor(async () => expect(await alice.delivery("from Alice 4")).toBe("delivered"), WAIT);
  });

  it("both show the same fingerprints", async () => {
    const shown = (await devices(bob)).find((one) => one.active)!;
    expect(shown.fingerprint).toBe((await self(alice)).fingerprint);
    expect(shown.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it("plaintext is refused for an encrypted chat, and an incoming one is marked", async () => {
    await expect(alice.send("in the clear")).rejects.toMatchObject({ code: "chat-is-encrypted" });
    await wire.chat(ALICE.jid, "not encrypted");
    await gets(alice, "not encrypted");
    expect((await find(alice, "not encrypted")).protection).toEqual({ kind: "none", unexpected: true });
  });

  it("messages sent while the other was away are read after a restart of both", async () => {
    await bob.quit();
    for (let n = 0; n < 50; n++) await alice.send(`offline ${n}`, "omemo");
    await vi.waitFor(async () => expect(await alice.delivery("offline 49")).toBe("sent"), WAIT);
    await alice.quit();
    await alice.startAgain();
    await alice.send("after my restart", "omemo");
    await bob.startAgain();
    // The newest page comes first.
    await gets(bob, "after my restart");
    await vi.waitFor(async () => {
      const bodies = (await bob.bodies()).filter((body) => body.startsWith("offline"));
      expect(bodies).toEqual(Array.from({ length: 50 }, (_, n) => `offline ${n}`));
    }, WAIT);
    await bob.send("all there", "omemo");
    await gets(alice, "all there");
  });

  it("a second device of Alice reads new messages, and those that the first one writes", async () => {
    const second = await world.device(ALICE);
    await knows(alice, second);
    await knows(bob, second);
    await alice.send("to all of you", "omemo");
    await gets(second, "to all of you");
    expect(await find(second, "to all of you")).toMatchObject({
      direction: "out",
      protection: { kind: "omemo", problem: null },
    });
    await bob.send("hello, both", "omemo");
    for (const one of [alice, second]) await gets(one, "hello, both");
    await second.send("from the second", "omemo");
    for (const one of [alice, bob]) await gets(one, "from the second");
    // Messages from before it existed cannot be read there, and say so.
    const old = (await second.all()).find((one) => one.protection.kind === "omemo" && one.protection.problem !== null);
    expect(old?.protection).toMatchObject({ problem: "not-for-this-device" });

    const { id } = await self(second);
    await second.core.stop();
    await alice.core.handlers["device.remove"]({ account: alice.account.id, device: id });
    await vi.waitFor(async () => expect((await devices(bob)).find((one) => one.id === id)?.active).toBe(false), WAIT);
    await bob.send("only for the first", "omemo");
    await gets(alice, "only for the first");
  });

  it("a device that another client removed from the list returns", async () => {
    const { id } = await self(alice);
    const thief = await connectPeer({ jid: ALICE.jid, password: "secret", resource: "thief", server: world.server });
    const node = `${NS}.devicelist`;
    await thief.request(
      xml(
        "iq",
        { type: "set", id: "steal" },
        xml(
          "pubsub",
          "http://jabber.org/protocol/pubsub",
          xml("publish", { node }, xml("item", { id: "current" }, xml("list", { xmlns: NS }))),
        ),
      ),
    );
    await vi.waitFor(async () => {
      const answer = await thief.request(
        xml(
          "iq",
          { type: "get", id: crypto.randomUUID() },
          xml("pubsub", "http://jabber.org/protocol/pubsub", xml("items", { node })),
        ),
      );
      expect(answer.toString()).toContain(`id="${id}"`);
    }, WAIT);
    await thief.stop();
  });

  it("a verified contact's new device receives nothing until the user decides", async () => {
    const uri = (await bob.core.handlers["device.address"]({ account: bob.account.id })).uri;
    const result = await alice.core.handlers["device.verify"]({ account: alice.account.id, jid: BOB.jid, uri });
    expect(result).toEqual({ jid: BOB.jid, verified: [(await self(bob)).id], different: [], unknown: [] });
    const another = await world.device(BOB);
    await vi.waitFor(() => expect(alice.chat()).toMatchObject({ undecided: 1 }), WAIT);
    await alice.send("not for the new one", "omemo");
    await gets(bob, "not for the new one");
    await vi.waitFor(async () => {
      const last = (await another.all()).at(-1);
      expect(last).toMatchObject({ body: "", protection: { kind: "omemo", problem: "not-for-this-device" } });
    }, WAIT);
    const { id, fingerprint } = await self(another);
    await alice.core.handlers["device.setTrust"]({
      account: alice.account.id,
      jid: BOB.jid,
      device: id,
      fingerprint: fingerprint!,
      trust: "verified",
    });
    await alice.send("now for all", "omemo");
    for (const one of [bob, another]) await gets(one, "now for all");
    await another.core.stop();
  });
});
