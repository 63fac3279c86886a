/**
 * Hostile encrypted messages, sent for real through a Prosody: each has a defined result, and the honest session
 * continues.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { encrypted, type OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import type { Envelope } from "../../../omemo/ports.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const mallory = "mallory@localhost" as BareJid;
const world = new OmemoWorld();
let ours: EncryptingDevice;
let friend: OmemoPeer;
let evil: OmemoPeer;

beforeAll(async () => {
  await world.start(["bob", "mallory"]);
  [ours, friend, evil] = await Promise.all([world.jackdaw(), world.peer("bob"), world.peer("mallory")]);
  await ours.encryptsFor(bob);
  await ours.encryptsFor(mallory);
  await fine();
});
afterAll(() => world.end());

/** Resolves when earlier stanzas are handled and the honest session works both ways. */
async function fine(with_: OmemoPeer = friend, jid: BareJid = bob): Promise<void> {
  const [there, here] = [`to Alice ${crypto.randomUUID()}`, `from Alice ${crypto.randomUUID()}`];
  await with_.say(alice, there);
  await ours.reads(jid, there, with_.id);
  await ours.say(jid, here);
  await vi.waitFor(() => expect(with_.heard).toContain(here), WAIT);
}
const evilIsDone = (): Promise<void> => fine(evil, mallory);
/** Messages from this person since then, without those of `fine`. */
async function shown(jid: BareJid, since: number): Promise<{ body: string; problem: string | null }[]> {
  const came = (await ours.all(jid))
    .slice(since)
    .filter(({ direction, body }) => direction === "in" && !body.startsWith("to Alice "));
  return came.map(({ body, protection }) => ({
    body,
    problem: protection.kind === "omemo" ? protection.problem : `not encrypted`,
  }));
}
const count = async (jid: BareJid): Promise<number> => (await ours.all(jid)).length;

/** An honest envelope, modified by the caller. */
const changed = async (by: OmemoPeer, change: (element: Element) => void): Promise<Element> => {
  const element = encrypted(await by.seal(alice, "never to be shown"));
  change(element);
  return element;
};
const keyOf = (element: Element): Element => element.getChild("header")!.getChild("key")!;
const set = (element: Element, text: string): void => void (element.children = [text]);

describe("malformed messages", () => {
  const random = (size: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(size))).toString("base64");
  it.each<[string, string, (element: Element) => void]>([
    ["a key of invalid base64", "malformed", (one) => set(keyOf(one), "no base64 at all!")],
    ["an IV of invalid base64", "malformed", (one) => set(one.getChild("header")!.getChild("iv")!, "****")],
    ["a payload of invalid base64", "malformed", (one) => set(one.getChild("payload")!, "%%%")],
    ["an empty key", "malformed", (one) => set(keyOf(one), "")],
    ["a key of one byte", "malformed", (one) => set(keyOf(one), "Mw==")],
    ["a key of random bytes", "malformed", (one) => set(keyOf(one), random(180))],
    ["a key of 60 kB", "malformed", (one) => set(keyOf(one), random(60_000))],
    ["an IV of 11 bytes", "malformed", (one) => set(one.getChild("header")!.getChild("iv")!, random(11))],
    ["a negative sender", "malformed", (one) => void (one.getChild("header")!.attrs["sid"] = "-5")],
    ["no sender", "malformed", (one) => void delete one.getChild("header")!.attrs["sid"]],
    ["a negative device of ours", "malformed", (one) => void (keyOf(one).attrs["rid"] = "-1")],
    ["a device beyond 31 bits", "malformed", (one) => void (keyOf(one).attrs["rid"] = "4294967297")],
    ["no header", "malformed", (one) => void one.remove("header")],
    [
      "3,000 keys",
      "malformed",
      (one) =>
        void one
          .getChild("header")!
          .children.push(...Array.from({ length: 3_000 }, (_, n) => xml("key", { rid: String(n) }, "AA=="))),
    ],
    ["another payload", "tampered", (one) => set(one.getChild("payload")!, random(40))],
    ["another IV", "tampered", (one) => set(one.getChild("header")!.getChild("iv")!, random(12))],
    ["an empty payload", "tampered", (one) => set(one.getChild("payload")!, "")],
  ])("%s", async (_, problem, change) => {
    const before = await count(mallory);
    await evil.send(alice, await changed(evil, change));
    await evilIsDone();
    expect(await shown(mallory, before)).toEqual([{ body: "", problem }]);
  });

  it("truncated at every length: nothing is shown, and the whole message can still be read", async () => {
    const before = await count(mallory);
    const envelope = await evil.seal(alice, "to Alice, whole");
    const [key] = envelope.keys;
    const lengths = [1, 8, 9, 33, 34, 42, 60, 100]
      .map((less) => key!.data.length - less)
      .filter((length) => length > 0);
    for (const length of lengths) {
      const cut: Envelope = { ...envelope, keys: [{ ...key!, data: key!.data.slice(0, length) }] };
      await evil.send(alice, encrypted(cut));
    }
    await evil.send(alice, encrypted({ ...envelope, payload: envelope.payload!.slice(0, -1) }));
    await evil.send(alice, encrypted(envelope));
    await ours.reads(mallory, "to Alice, whole", evil.id);
    const came = await shown(mallory, before);
    expect(came).toHaveLength(lengths.length + 2);
    expect(came.filter(({ body }) => body !== "")).toEqual([{ body: "to Alice, whole", problem: null }]);
    expect(came.every(({ problem }) => [null, "malformed", "session-broken", "tampered"].includes(problem))).toBe(true);
    await evilIsDone();
  });
});

describe("replayed messages, and ciphertexts of others", () => {
  it("replayed with new ids: shown once", async () => {
    const envelope = await friend.seal(alice, "only once");
    for (let n = 0; n < 3; n++)
      await friend.send(
        alice,
        encrypted(envelope),
        {},
        xml("origin-id", { xmlns: "urn:xmpp:sid:0", id: crypto.randomUUID() }),
      );
    await fine();
    // Delivered again on another day by a server that is malicious or has lost our session.
    await friend.send(alice, encrypted(envelope));
    await fine();
    expect((await ours.bodies(bob)).filter((body) => body === "only once")).toHaveLength(1);
    expect(
      (await ours.all(bob)).filter(({ protection }) => protection.kind === "omemo" && protection.problem !== null),
    ).toEqual([]);
  });

  it("a ciphertext of Bob in a message of Mallory: it is not read, and Bob's own message is", async () => {
    const [before, chatWithBob] = [await count(mallory), await count(bob)];
    const stolen = await friend.seal(alice, "Bob's own words");
    await evil.send(alice, encrypted(stolen));
    await evilIsDone();
    expect(await shown(mallory, before)).toEqual([{ body: "", problem: "no-session" }]);
    expect(await shown(bob, chatWithBob)).toEqual([]);
    await friend.send(alice, encrypted(stolen));
    await ours.reads(bob, "Bob's own words", friend.id);
    // Bob receives no reply, because his session was not mended for it.
    await fine();
    expect(friend.heard.filter((one) => one === "no-session" || one === "session-broken")).toEqual([]);
  });

  it("a device with the id of ours, and one with the id of Bob's: each belongs to its owner only", async () => {
    const { id } = await ours.own();
    for (const taken of [id, friend.id]) {
      const other = await world.peer("mallory");
      other.device.stored.device = { ...other.device.stored.device!, id: taken };
      await other.publish([evil.id, taken]);
      await other.say(alice, `from a taken id ${taken}`);
      await ours.reads(mallory, `from a taken id ${taken}`, taken);
      await vi.waitFor(
        async () => expect((await ours.known(mallory)).find((one) => one.id === taken)?.active).toBe(true),
        WAIT,
      );
      await ours.say(mallory, `to a taken id ${taken}`);
      await vi.waitFor(() => expect(other.heard).toContain(`to a taken id ${taken}`), WAIT);
      await fine();
    }
    await evil.publish();
    expect((await ours.known(bob)).every(({ changedFingerprint }) => changedFingerprint === null)).toBe(true);
    expect((await ours.own()).id).toBe(id);
  });
});

describe("plaintext parts of an encrypted message", () => {
  it("a body next to the ciphertext is never shown, whether that can be decrypted or not", async () => {
    const beside = xml("body", {}, "beside it, in the clear");
    await friend.send(alice, encrypted(await friend.seal(alice, "within it")), {}, beside);
    await ours.reads(bob, "within it", friend.id);
    const before = await count(mallory);
    await evil.send(alice, await changed(evil, (one) => set(keyOf(one), "broken")), {}, beside);
    await evil.send(alice, await changed(evil, (one) => void (keyOf(one).attrs["rid"] = "7")), {}, beside);
    await evil.send(alice, encrypted(await evil.seal(alice, null)), {}, beside);
    await evil.send(alice, await changed(evil, (one) => void one.remove("header")), {}, beside);
    await evilIsDone();
    expect(await shown(mallory, before)).toEqual(
      ["malformed", "not-for-this-device", "malformed"].map((problem) => ({ body: "", problem })),
    );
    const all = [
      ...(await ours.bodies(bob)),
      ...(await ours.bodies(mallory)),
      ...ours.host.notices.map((one) => JSON.stringify(one)),
    ];
    expect(all.join()).not.toContain("beside it");
  });

  it.each(["groupchat", "headline", "error"])("of type %s: no message, and no session advances", async (type) => {
    const before = await count(mallory);
    const envelope = await evil.seal(alice, `of type ${type}`);
    // Servers hold some of these back from a bare JID, but none from a full one.
    const { connection } = ours.account;
    if (connection.state !== "online") throw new Error("not online");
    for (const to of [alice, `${alice}/${connection.resource}`])
      await evil.send(to as BareJid, encrypted(envelope), { type });
    await evilIsDone();
    expect(await shown(mallory, before)).toEqual([]);
    await evil.send(alice, encrypted(envelope));
    await ours.reads(mallory, `of type ${type}`, evil.id);
  });

  it.each(["sent", "received"])("in a forged carbon, <%s/>: no message, and no session advances", async (kind) => {
    const [before, chatWithBob] = [await count(mallory), await count(bob)];
    const envelope = await friend.seal(alice, `forged ${kind}`);
    const [from, to] = kind === "sent" ? [`${alice}/phone`, bob] : [`${bob}/x`, alice];
    const inner = xml(
      "message",
      { xmlns: "jabber:client", from, to, type: "chat", id: crypto.randomUUID() },
      encrypted(envelope),
    );
    await evil.send(alice, xml(kind, "urn:xmpp:carbons:2", xml("forwarded", "urn:xmpp:forward:0", inner)));
    await evilIsDone();
    expect([...(await shown(mallory, before)), ...(await shown(bob, chatWithBob))]).toEqual([]);
    await friend.send(alice, encrypted(envelope));
    await ours.reads(bob, `forged ${kind}`, friend.id);
  });
});
