/**
 * Hostile device lists, bundles and keys, published for real on a Prosody: their number is limited, they are marked,
 * and honest devices receive every message.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { publishDevices } from "../../../../e2e/peers/omemo-nodes.ts";
import { bundleElement, encrypted, publishBundle, type OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import { TestDevice } from "../../../omemo/testing/device.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const LIST = `${OMEMO}.devicelist`;
const bob = "bob@localhost" as BareJid;
const mallory = "mallory@localhost" as BareJid;
const world = new OmemoWorld();
let ours: EncryptingDevice;
let friend: OmemoPeer;
let evil: OmemoPeer;

beforeAll(async () => {
  await world.start(["bob", "mallory"], { extraConfig: "c2s_stanza_size_limit = 10 * 1024 * 1024" });
  [ours, friend, evil] = await Promise.all([world.jackdaw(), world.peer("bob"), world.peer("mallory")]);
  await ours.encryptsFor(bob);
  await fine();
});
afterAll(() => world.end());

async function fine(): Promise<void> {
  const [there, here] = [`to Alice ${crypto.randomUUID()}`, `from Alice ${crypto.randomUUID()}`];
  await friend.say(alice, there);
  await ours.reads(bob, there, friend.id);
  await ours.say(bob, here);
  await vi.waitFor(() => expect(friend.heard).toContain(here), WAIT);
}
const known = async (id: number, jid = bob) => (await ours.known(jid)).find((one) => one.id === id);
/** Bob's second device, with this bundle. */
async function second(id: number, bundle: Element | null): Promise<void> {
  if (bundle !== null) await publishBundle(friend.peer, id, bundle);
  await publishDevices(friend.peer, [friend.id, id]);
  await vi.waitFor(async () => expect(await known(id)).toMatchObject({ active: true }), WAIT);
}
const prekeysOf = (bundle: Element): Element => bundle.getChild("prekeys")!;

describe("hostile device lists", () => {
  it("of 10,000 devices: a thousand are kept, and a message is sent", async () => {
    await publishDevices(friend.peer, [friend.id, ...Array.from({ length: 10_000 }, (_, n) => n + 1)]);
    await vi.waitFor(async () => expect(await ours.known(bob)).toHaveLength(1_000), WAIT);
    await fine();
    // Devices without keys are not requested with every message.
    await fine();
    await publishDevices(friend.peer, [friend.id]);
    await vi.waitFor(async () => expect((await ours.known(bob)).map(({ id }) => id)).toEqual([friend.id]), WAIT);
    await fine();
  });

  it("with wrong or duplicate ids, or without a list, do no harm", async () => {
    const ids = ["0", "-1", "-2147483648", "2147483648", "1e3", "0x10", " 7", "", String(friend.id), String(friend.id)];
    const lists = [
      xml("list", OMEMO, ...ids.map((id) => xml("device", { id })), xml("device"), xml("other", { id: "8" })),
      xml("list", "urn:xmpp:omemo:2", xml("device", { id: "9" })),
      xml("bundle", OMEMO),
    ];
    for (const list of lists) {
      await friend.peer.request(
        xml(
          "iq",
          { type: "set", id: crypto.randomUUID() },
          xml(
            "pubsub",
            "http://jabber.org/protocol/pubsub",
            xml("publish", { node: LIST }, xml("item", { id: "current" }, list)),
          ),
        ),
      );
      await fine();
      expect((await ours.known(bob)).map(({ id }) => id)).toEqual([friend.id]);
    }
  });

  it("forged for Bob or for our own account change nothing", async () => {
    const before = await ours.known(bob);
    const own = await ours.known(alice);
    const list = xml("list", OMEMO, xml("device", { id: "666" }));
    const items = xml("items", { node: LIST }, xml("item", { id: "current" }, list));
    const event = xml("event", "http://jabber.org/protocol/pubsub#event", items);
    const { connection } = ours.account;
    const resource = connection.state === "online" ? connection.resource : "";
    for (const to of [alice, `${alice}/${resource}`]) {
      for (const type of ["headline", "normal", "chat", "groupchat"]) {
        await evil.peer.send(xml("message", { to, type }, event));
        await evil.peer.send(
          xml(
            "message",
            { to, type },
            event,
            xml("addresses", "http://jabber.org/protocol/address", xml("address", { type: "replyto", jid: bob })),
          ),
        );
        await evil.peer.send(
          xml(
            "message",
            { to, type, id: crypto.randomUUID() },
            xml(
              "received",
              "urn:xmpp:carbons:2",
              xml(
                "forwarded",
                "urn:xmpp:forward:0",
                xml("message", { xmlns: "jabber:client", from: bob, to: alice, type: "headline" }, event),
              ),
            ),
          ),
        );
      }
      await evil.peer.send(
        xml(
          "iq",
          { to, type: "result", id: crypto.randomUUID() },
          xml("pubsub", "http://jabber.org/protocol/pubsub", items),
        ),
      );
    }
    await evil.peer.chat(alice, "that was all");
    await vi.waitFor(async () => expect(await ours.bodies(mallory)).toContain("that was all"), WAIT);
    expect(await ours.known(bob)).toEqual(before.map((one) => ({ ...one, lastUsedAt: expect.anything() })));
    expect((await ours.known(alice)).map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    expect((await ours.known(mallory)).map(({ id }) => id)).not.toContain(666);
    expect(await world.published(alice)).toEqual(own.map(({ id }) => id));
    await fine();
  });
});

describe("bundles", () => {
  const other = async (change: (bundle: Element) => void): Promise<Element> => {
    const bundle = bundleElement((await TestDevice.create(bob)).bundle);
    change(bundle);
    return bundle;
  };
  const set = (element: Element | undefined, text: string): void => void (element!.children = [text]);
  const base64 = (size: number, first = 5): string =>
    Buffer.from(new Uint8Array(size).fill(7).fill(first, 0, 1)).toString("base64");
  it.each<[string, (bundle: Element) => void]>([
    [
      "whose signature has one wrong bit",
      (one) => {
        const signature = Buffer.from(one.getChildText("signedPreKeySignature")!, "base64");
        signature[20]! ^= 1;
        set(one.getChild("signedPreKeySignature"), signature.toString("base64"));
      },
    ],
    ["whose signature is for another key", (one) => set(one.getChild("signedPreKeyPublic"), base64(33))],
    ["whose identity key is too short", (one) => set(one.getChild("identityKey"), base64(31))],
    ["whose identity key has another type", (one) => set(one.getChild("identityKey"), base64(33, 6))],
    [
      "whose identity key is zero",
      (one) => set(one.getChild("identityKey"), Buffer.from([5, ...new Uint8Array(32)]).toString("base64")),
    ],
    [
      "whose signed prekey has a negative id",
      (one) => void (one.getChild("signedPreKeyPublic")!.attrs["signedPreKeyId"] = "-1"),
    ],
    ["without prekeys", (one) => void (prekeysOf(one).children = [])],
    [
      "with invalid prekeys",
      (one) =>
        void (prekeysOf(one).children = [
          xml("preKeyPublic", { preKeyId: "1" }, "no base64"),
          xml("preKeyPublic", { preKeyId: "-7" }, base64(33)),
        ]),
    ],
    ["with no content", (one) => void (one.children = [])],
  ])("a bundle %s marks the device as bad, and the others receive the message", async (_, change) => {
    const id = Math.floor(Math.random() * 2 ** 30) + 1;
    await second(id, await other(change));
    await ours.say(bob, `beside bad device ${id}`);
    await vi.waitFor(() => expect(friend.heard).toContain(`beside bad device ${id}`), WAIT);
    expect(await known(id)).toMatchObject({ bundle: "bad" });
    const keys = friend.peer.stanzas
      .findLast((one) => one.getChild("encrypted") !== undefined)!
      .getChild("encrypted")!
      .getChild("header")!
      .getChildren("key");
    expect(keys.map((key) => key.attrs["rid"])).not.toContain(String(id));
    await fine();
  });

  it("a bundle of 5 MB that the server lets through marks the device as bad, without delaying others", async () => {
    const id = 300_001;
    const large = await other(
      (one) =>
        void prekeysOf(one).children.push(
          ...Array.from({ length: 60 }, (_, n) => xml("preKeyPublic", { preKeyId: String(n + 1_000) }, base64(66_000))),
        ),
    );
    expect(large.toString().length).toBeGreaterThan(5_000_000);
    await second(id, large);
    await ours.say(bob, "beside 5 MB");
    await vi.waitFor(() => expect(friend.heard).toContain("beside 5 MB"), WAIT);
    await vi.waitFor(async () => expect(await known(id)).toMatchObject({ bundle: "bad" }), WAIT);
    await fine();
    await publishDevices(friend.peer, [friend.id]);
  });

  it("a bundle as large as a usual server allows does not delay others", async () => {
    const id = 300_000;
    const large = await other(
      (one) =>
        void prekeysOf(one).children.push(
          ...Array.from({ length: 2_550 }, (_, n) => xml("preKeyPublic", { preKeyId: String(n + 1_000) }, base64(33))),
        ),
    );
    expect(large.toString().length).toBeGreaterThan(230_000);
    await second(id, large);
    await ours.say(bob, "beside a large one");
    await vi.waitFor(() => expect(friend.heard).toContain("beside a large one"), WAIT);
    await fine();
  });

  it("a missing bundle marks the device, and the others receive the message; once it exists, the device does too", async () => {
    const late = await world.peer("bob");
    await second(4_711, null);
    await ours.say(bob, "beside a missing one");
    await vi.waitFor(() => expect(friend.heard).toContain("beside a missing one"), WAIT);
    expect(await known(4_711)).toMatchObject({ bundle: "missing" });
    await late.publish([friend.id, late.id]);
    await vi.waitFor(async () => expect(await known(late.id)).toMatchObject({ active: true }), WAIT);
    await ours.say(bob, "to both of them");
    for (const one of [friend, late]) await vi.waitFor(() => expect(one.heard).toContain("to both of them"), WAIT);
    await late.peer.stop();
    await friend.publish();
  });
});

describe("a new identity key under the id of a known device", () => {
  it("is an alarm: messages are kept as unreadable, and nothing is encrypted to it until the user accepts that key", async () => {
    const { account } = ours;
    const first = await known(friend.id);
    const impostor = await world.peer("bob");
    impostor.device.stored.device = { ...impostor.device.stored.device!, id: friend.id };
    await impostor.publish([friend.id]);
    await impostor.send(alice, encrypted(await impostor.seal(alice, "it is really me")));
    await vi.waitFor(
      async () =>
        expect((await ours.all(bob)).at(-1)).toMatchObject({
          body: "",
          protection: { kind: "omemo", device: friend.id, problem: "key-changed" },
        }),
      WAIT,
    );
    const now = await known(friend.id);
    expect(now).toMatchObject({ fingerprint: first!.fingerprint });
    expect(now!.changedFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(now!.changedFingerprint).not.toBe(first!.fingerprint);

    await ours.say(bob, "to whomever it is");
    await vi.waitFor(
      async () =>
        expect((await ours.all(bob)).at(-1)).toMatchObject({
          delivery: "failed",
          failure: { condition: "omemo-untrusted" },
        }),
      WAIT,
    );
    expect([...friend.heard, ...impostor.heard]).not.toContain("to whomever it is");

    const accept = (fingerprint: string) =>
      ours.core.handlers["device.acceptKey"]({ account: account.id, jid: bob, device: friend.id, fingerprint });
    await expect(accept(first!.fingerprint!)).rejects.toMatchObject({ code: "key-has-changed" });
    await expect(accept("ab".repeat(32))).rejects.toMatchObject({ code: "key-has-changed" });
    expect(await known(friend.id)).toEqual(now);

    await accept(now!.changedFingerprint!);
    expect(await known(friend.id)).toMatchObject({
      fingerprint: now!.changedFingerprint,
      changedFingerprint: null,
      trust: "trusted",
    });
    await ours.say(bob, "to the new key");
    await vi.waitFor(() => expect(impostor.heard).toContain("to the new key"), WAIT);
    await impostor.say(alice, "from the new key");
    await ours.reads(bob, "from the new key", friend.id);

    // Now the old key is the unknown one.
    await friend.say(alice, "from the old key");
    await vi.waitFor(
      async () =>
        expect((await ours.all(bob)).at(-1)).toMatchObject({
          body: "",
          protection: { kind: "omemo", problem: expect.any(String) },
        }),
      WAIT,
    );
    expect(await ours.bodies(bob)).not.toContain("from the old key");
  });
});
