import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OmemoChange } from "../contract/omemo.ts";
import { alice, fixture, me, myJid, other, T, type Fixture } from "../testing/store.ts";

const bytes = (value: number, length = 33) => new Uint8Array(length).fill(value);
const key = (id: number) => ({ id, publicKey: bytes(id), privateKey: bytes(id, 32) });
const own = (id = 11, value = 1) => ({
  kind: "own" as const,
  own: { id, identity: { publicKey: bytes(value), privateKey: bytes(value, 32) } },
});
const signed = (id: number, createdAt: number) => ({
  kind: "signedPreKey" as const,
  add: { ...key(id), signature: bytes(id, 64), createdAt },
});

describe("our own device", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const apply = async (...changes: OmemoChange[]) =>
    (await f.store.write({ op: "omemo.apply", args: { account: me, changes, now: T } }))[0].owners;
  const tidy = (before: number) => f.store.write({ op: "omemo.tidy", args: { account: me, before } });
  const published = async () => (await f.store.read("omemo.preKeys", { account: me })).map(({ id }) => id);
  const signedIds = async () => (await f.store.read("omemo.signedPreKeys", { account: me })).map(({ id }) => id);

  it("is stored with its keys across a restart, for its account only", async () => {
    expect(await f.store.read("omemo.own", { account: me })).toBeNull();
    expect(await apply(own(), { kind: "prekeys", add: [key(1), key(2)] }, signed(1, T))).toEqual([myJid]);
    expect(await apply(own())).toEqual([]);
    await f.reopen();
    expect(await f.store.read("omemo.own", { account: me })).toEqual(own().own);
    expect(await f.store.read("omemo.preKey", { account: me, id: 2 })).toEqual(key(2));
    expect(await f.store.read("omemo.preKey", { account: me, id: 3 })).toBeNull();
    expect(await f.store.read("omemo.preKeys", { account: me })).toEqual(
      [1, 2].map((id) => ({ id, publicKey: bytes(id) })),
    );
    expect(await f.store.read("omemo.signedPreKey", { account: me, id: 1 })).toEqual(signed(1, T).add);
    expect(await f.store.read("omemo.signedPreKey", { account: me, id: 2 })).toBeNull();
    expect(await f.store.read("omemo.own", { account: other })).toBeNull();
    expect(await f.store.read("omemo.preKeys", { account: other })).toEqual([]);
  });

  it("stops publishing a used prekey, keeps it until catching up is over, and never reuses its id", async () => {
    expect(await f.store.read("omemo.lastPreKey", { account: me })).toBe(0);
    await apply(own(), { kind: "prekeys", add: [key(1), key(2), key(3)] });
    await apply({ kind: "prekey.used", id: 3 });
    expect(await published()).toEqual([1, 2]);
    expect(await f.store.read("omemo.preKey", { account: me, id: 3 })).toEqual(key(3));
    await tidy(0);
    expect(await f.store.read("omemo.preKey", { account: me, id: 3 })).toBeNull();
    expect(await published()).toEqual([1, 2]);
    expect(await f.store.read("omemo.lastPreKey", { account: me })).toBe(3);
    await expect(apply({ kind: "prekeys", add: [key(4), key(3)] })).rejects.toMatchObject({ code: "internal" });
    expect(await published()).toEqual([1, 2]);
    await apply({ kind: "prekeys", add: [key(4)] });
    expect(await published()).toEqual([1, 2, 4]);
  });

  it("returns the newest signed prekey first, whatever the clock says, and keeps it and recent ones", async () => {
    await apply(own(), signed(1, T), signed(2, T + 10), signed(3, T + 20));
    // The clock was set back.
    await apply(signed(4, T - 1000));
    expect(await signedIds()).toEqual([4, 3, 2, 1]);
    await tidy(T + 15);
    expect(await signedIds()).toEqual([4, 3]);
    await tidy(T + 1_000_000);
    expect(await signedIds()).toEqual([4]);
    await expect(apply(signed(4, T))).rejects.toMatchObject({ code: "internal" });
  });

  it("deletes the keys and sessions of the previous device", async () => {
    await apply(own(11), { kind: "prekeys", add: [key(1)] }, signed(1, T), {
      kind: "session",
      jid: alice,
      device: 5,
      record: bytes(9),
    });
    expect(await apply(own(12), { kind: "prekeys", add: [key(2)] })).toEqual([myJid]);
    expect(await f.store.read("omemo.own", { account: me })).toEqual(own(12).own);
    expect(await published()).toEqual([2]);
    expect(await signedIds()).toEqual([]);
    expect(await f.store.read("omemo.session", { account: me, jid: alice, device: 5 })).toBeNull();
  });

  it("has no prekeys before it is created", async () => {
    await expect(apply({ kind: "prekeys", add: [key(1)] })).rejects.toMatchObject({ code: "internal" });
    await expect(apply(signed(1, T))).rejects.toMatchObject({ code: "internal" });
  });

  it("stores a session as encoded, and undoes it with its transaction", async () => {
    const at = { account: me, jid: alice, device: 2 ** 31 - 1 };
    const session = (value: number) => ({
      kind: "session" as const,
      jid: alice,
      device: at.device,
      record: bytes(value, 9000),
    });
    expect(await f.store.read("omemo.session", at)).toBeNull();
    await apply(session(1));
    await apply(session(2));
    await expect(apply(session(3), { kind: "prekeys", add: [key(1)] })).rejects.toMatchObject({ code: "internal" });
    await f.reopen();
    expect(await f.store.read("omemo.session", at)).toEqual(bytes(2, 9000));
    expect(await f.store.read("omemo.session", { ...at, account: other })).toBeNull();
  });
});
