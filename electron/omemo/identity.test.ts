/** Identity keys and trust, and bundles that are rejected. */
import { beforeEach, describe, expect, test } from "vitest";
import { TestDevice } from "./testing/device.ts";
import { BadBundle, type Bundle, type Envelope } from "./ports.ts";

let alice: TestDevice;
let bob: TestDevice;

beforeEach(async () => {
  [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
});

async function acquainted(): Promise<void> {
  await bob.read(alice, await alice.write("1", bob));
  await alice.read(bob, await bob.write("2", alice));
}

/** Expects that the envelope is rejected with this reason and changes nothing. */
async function refused(envelope: Envelope, as: string, from = alice): Promise<void> {
  const before = structuredClone([bob.stored.sessions, bob.stored.known, bob.stored.used]);
  expect(await bob.text(from, envelope)).toBe(as);
  expect([bob.stored.sessions, bob.stored.known, bob.stored.used]).toEqual(before);
}

describe("identity keys", () => {
  test("rejects a changed identity key and reports it, until the user accepts the new key", async () => {
    await acquainted();
    const mallory = await TestDevice.create("alice@example.org");
    mallory.stored.device!.id = alice.address.device;
    const letter = await mallory.write("I am alice", bob);
    const { identityKey } = mallory.bundle;
    await refused(letter, "key-changed");
    const change = { kind: "identity.changed", ...alice.address, identityKey };
    expect(bob.stored.changed).toEqual([change]);
    await expect(bob.do((sessions) => sessions.begin(alice.address, mallory.bundle))).rejects.toThrow(BadBundle);
    // The caller may catch the error and commit; the report is stored then.
    await bob.do((sessions) => sessions.begin(alice.address, mallory.bundle).catch(() => undefined));
    expect(bob.stored.changed).toEqual([change, change]);
    expect(await bob.text(alice, await alice.write("it is me", bob))).toBe("it is me");
    // The user accepts the key; the store deletes the sessions with the old one.
    bob.stored.know(alice.address, identityKey, "trusted");
    bob.stored.sessions.clear();
    expect(await bob.do((sessions) => sessions.has(alice.address))).toBe(false);
    expect(await bob.text(mallory, letter)).toBe("I am alice");
    await refused(await alice.write("and now?", bob), "session-broken");
  });

  test("does not use a deleted session after `forget`", async () => {
    await acquainted();
    bob.stored.sessions.clear();
    await bob.omemo.forget(alice.address);
    await refused(await alice.write("x", bob), "no-session");
  });

  test("rejects our own identity key when it comes from another device", async () => {
    const stolen: Bundle = { ...alice.bundle, identityKey: bob.bundle.identityKey };
    await expect(bob.begin(alice, stolen)).rejects.toThrow("our own identity key");
    const clone = await TestDevice.create("bob@example.org");
    await clone.begin(bob);
    clone.stored.device!.identity = bob.stored.device!.identity;
    await refused(await clone.write("me, too", bob), "malformed", clone);
  });

  test.each([true, false])("treats a deleted device as new, whether or not `forget` was called: %s", async (told) => {
    await acquainted();
    bob.stored.known = [];
    bob.stored.sessions.clear();
    if (told) await bob.omemo.forget(alice.address);
    await refused(await alice.write("x", bob), "no-session");
  });

  test("encrypts no text for an untrusted device, only a key transport message", async () => {
    await acquainted();
    const { identityKey } = alice.bundle;
    for (const trust of ["undecided", "distrusted"] as const) {
      bob.stored.know(alice.address, identityKey, trust);
      const { envelope, failed } = await bob.do((sessions) => sessions.encrypt([alice.address], "secret"));
      expect([envelope.keys, failed]).toEqual([[], [alice.address]]);
      expect((await bob.do((sessions) => sessions.encrypt([alice.address], null))).failed).toEqual([]);
      expect(await bob.read(alice, await alice.write("x", bob))).toMatchObject({ kind: "text", trust });
    }
  });

  test("does not trust a new device when another device of that JID is verified", async () => {
    await acquainted();
    bob.stored.know(alice.address, alice.bundle.identityKey, "verified");
    const second = await TestDevice.create("alice@example.org");
    expect(await bob.read(second, await second.write("new phone", bob))).toMatchObject({ trust: "undecided" });
  });
});

describe("bundles", () => {
  test("rejects an invalid bundle", async () => {
    const good = bob.bundle;
    const signed = good.signedPreKey;
    const bad: Bundle[] = [
      { ...good, preKeys: [] },
      {
        ...good,
        preKeys: [
          { id: 1, key: new Uint8Array(32) },
          { id: -1, key: good.preKeys[0]!.key },
        ],
      },
      { ...good, identityKey: good.identityKey.subarray(1) },
      { ...good, identityKey: new Uint8Array(33) },
      { ...good, signedPreKey: { ...signed, key: signed.key.subarray(1) } },
      { ...good, signedPreKey: { ...signed, id: 2 ** 40 } },
      { ...good, signedPreKey: { ...signed, signature: new Uint8Array(63) } },
      { ...good, signedPreKey: { ...signed, signature: new Uint8Array(64) } },
      // A prekey that is a point of low order.
      { ...good, preKeys: [{ id: 1, key: Uint8Array.of(5, ...new Uint8Array(32)) }] },
    ];
    for (const bundle of bad) await expect(alice.begin(bob, bundle)).rejects.toThrow(BadBundle);
    await expect(alice.do((sessions) => sessions.begin(alice.address, bob.bundle))).rejects.toThrow(BadBundle);
    expect(alice.stored.sessions.size + alice.stored.known.length).toBe(0);
  });
});
