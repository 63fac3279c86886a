import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Trust } from "../../../shared/model/encryption.ts";
import { chatSchema } from "../../../shared/model/chat.ts";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { OmemoChange } from "../contract/omemo.ts";
import { MOST_STRANGERS } from "./devices.ts";
import { alice, bob, fixture, me, myJid, other, T, type Fixture } from "../testing/store.ts";

const key = (value: number) => new Uint8Array(33).fill(value);
const identity = (device: number, value: number, trust: Trust = "trusted", jid = alice): OmemoChange => ({
  kind: "identity",
  jid,
  device,
  identityKey: key(value),
  trust,
});
const changed = (device: number, value: number): OmemoChange => ({
  kind: "identity.changed",
  jid: alice,
  device,
  identityKey: key(value),
});
const session = (device: number): OmemoChange => ({ kind: "session", jid: alice, device, record: key(7) });

describe("devices", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const of = (device: number, jid = alice) => ({ account: me, jid, device });
  const apply = async (...changes: OmemoChange[]) =>
    (await f.store.write({ op: "omemo.apply", args: { account: me, changes, now: T } }))[0].owners;
  const listed = async (ids: (number | [number, string])[], now = T, jid = alice) => {
    const devices = ids.map((one) =>
      typeof one === "number" ? { id: one, label: null } : { id: one[0], label: one[1] },
    );
    return (await f.store.write({ op: "omemo.listed", args: { account: me, jid, devices, now } }))[0];
  };
  const devices = (jid = alice, account = me) => f.store.read("omemo.devices", { account, jid });
  const open = async (jid = alice) =>
    (await f.store.write({ op: "chat.open", args: { kind: "contact", account: me, jid, now: T } }))[0];
  const setTrust = async (device: number, value: number, trust: Trust) =>
    (await f.store.write({ op: "omemo.setTrust", args: { ...of(device), identityKey: key(value), trust } }))[0];
  const acceptKey = async (device: number, value: number, trust: Trust = "trusted") =>
    (await f.store.write({ op: "omemo.acceptKey", args: { ...of(device), identityKey: key(value), trust } }))[0];

  it("are those of the list, with their labels and the time when they were first seen", async () => {
    const at = { account: me, jid: alice };
    expect(await f.store.read("omemo.listedAt", at)).toBeNull();
    expect(await listed([[3, "Telefon"], 2, 3])).toMatchObject({ changed: true });
    expect(
      await listed(
        [
          [9, "neu"],
          [3, "Handy"],
        ],
        T + 5,
      ),
    ).toMatchObject({ changed: true });
    expect(
      await listed(
        [
          [3, "Handy"],
          [9, "neu"],
        ],
        T + 6,
      ),
    ).toEqual({ changed: false, chat: null });
    expect(await f.store.read("omemo.listedAt", at)).toBe(T + 6);
    await f.reopen();
    const plain = {
      identityKey: null,
      changedKey: null,
      trust: "undecided",
      active: true,
      bundle: "unknown",
      lastUsedAt: null,
      mendedAt: null,
    };
    expect(await devices()).toEqual([
      { ...plain, id: 3, label: "Handy", firstSeenAt: T },
      { ...plain, id: 9, label: "neu", firstSeenAt: T + 5 },
    ]);
    expect(await devices(bob)).toEqual([]);
    expect(await devices(alice, other)).toEqual([]);
  });

  it("that left the list are kept if their key is known, and become active again when they return", async () => {
    await listed([1, 2]);
    await apply(identity(1, 1, "verified"));
    expect(await listed([])).toMatchObject({ changed: true });
    expect(await devices()).toMatchObject([{ id: 1, active: false, trust: "verified", identityKey: key(1) }]);
    expect(await listed([1])).toMatchObject({ changed: true });
    expect(await devices()).toMatchObject([{ id: 1, active: true, trust: "verified" }]);
  });

  it("of lists that change a thousand times do not accumulate", async () => {
    for (let turn = 0; turn < 20; turn++) await listed(Array.from({ length: 50 }, (_, n) => 1 + turn * 50 + n));
    expect(await devices()).toHaveLength(50);
  });

  it("that are made up endlessly push out only each other: not those in the list, nor those that the user knows", async () => {
    await listed([1, 2, 3]);
    await apply(identity(1, 1), identity(2, 2, "verified"), identity(3, 3, "distrusted"), session(5000));
    await listed([1]);
    await apply(identity(5000, 50));
    const made = Array.from({ length: 450 }, (_, n) => identity(100 + n, 9));
    await f.store.write(
      ...made.map((one, n) => ({ op: "omemo.apply" as const, args: { account: me, changes: [one], now: T + 1 + n } })),
    );
    const ids = (await devices()).map(({ id }) => id);
    expect(ids).toHaveLength(203);
    expect(ids.slice(0, 3)).toEqual([1, 2, 3]);
    expect(ids.at(-1)).toBe(549);
    expect(ids).not.toContain(5000);
    expect(await f.store.read("omemo.session", of(5000))).toBeNull();
    await listed(Array.from({ length: 300 }, (_, n) => 1000 + n));
    await apply(...Array.from({ length: 300 }, (_, n) => identity(1000 + n, 9)));
    await listed([1]);
    expect(await devices()).toHaveLength(203);
  });

  it("get the trust that comes with their key, which another key never replaces", async () => {
    await listed([1]);
    expect(await apply(identity(1, 1))).toEqual([alice]);
    expect(await apply(identity(1, 1, "verified"))).toEqual([]);
    expect(await apply(identity(1, 2, "verified"))).toEqual([alice]);
    expect(await devices()).toMatchObject([{ identityKey: key(1), trust: "trusted", changedKey: key(2) }]);
    // One that wrote without being in the list.
    expect(await apply(identity(5, 5, "undecided"))).toEqual([alice]);
    expect((await devices())[1]).toMatchObject({
      id: 5,
      active: false,
      trust: "undecided",
      identityKey: key(5),
      firstSeenAt: T,
    });
  });

  it("keep their key when another arrives, until the user accepts it; then the old sessions are deleted", async () => {
    await listed([1, 2]);
    await apply(identity(1, 1, "verified"), identity(2, 2), session(1), session(2));
    expect(await apply(changed(1, 9))).toEqual([alice]);
    expect(await apply(changed(1, 9), changed(1, 1), changed(77, 1))).toEqual([]);
    expect((await devices())[0]).toMatchObject({ identityKey: key(1), changedKey: key(9), trust: "verified" });
    expect(await acceptKey(1, 8)).toBeNull();
    expect(await acceptKey(2, 2)).toBeNull();
    expect(await acceptKey(77, 9)).toBeNull();
    expect(await f.store.read("omemo.session", of(1))).toEqual(key(7));
    expect(await acceptKey(1, 9, "verified")).toEqual({ chat: null });
    expect((await devices())[0]).toMatchObject({
      identityKey: key(9),
      changedKey: null,
      trust: "verified",
      bundle: "unknown",
    });
    expect(await f.store.read("omemo.session", of(1))).toBeNull();
    expect(await f.store.read("omemo.session", of(2))).toEqual(key(7));
  });

  it("are trusted only with the key that the user saw", async () => {
    await listed([1, 2]);
    await apply(identity(1, 1));
    expect(await setTrust(1, 2, "verified")).toBeNull();
    expect(await setTrust(2, 0, "verified")).toBeNull();
    expect(await setTrust(3, 1, "verified")).toBeNull();
    expect(await devices()).toMatchObject([{ trust: "trusted" }, { trust: "undecided" }]);
    expect(await setTrust(1, 1, "distrusted")).toEqual({ chat: null });
    expect((await devices())[0]).toMatchObject({ trust: "distrusted" });
  });

  it("keep the state of their bundle and their last use", async () => {
    await listed([1]);
    await f.store.write(
      { op: "omemo.setBundle", args: { ...of(1), bundle: "bad" } },
      { op: "omemo.setBundle", args: { ...of(2), bundle: "bad" } },
      { op: "omemo.used", args: { ...of(1), now: T + 9 } },
      { op: "omemo.used", args: { ...of(1), now: T + 3 } },
    );
    expect(await devices()).toMatchObject([{ id: 1, bundle: "bad", lastUsedAt: T + 9 }]);
  });

  it("are mended at most once per interval, even after the clock was set back", async () => {
    const HOUR = 3_600_000;
    const mend = async (now: number, device = 1) =>
      (await f.store.write({ op: "omemo.mend", args: { ...of(device), now, every: HOUR } }))[0];
    await listed([1]);
    expect(await mend(T)).toBe(true);
    expect(await mend(T + HOUR - 1)).toBe(false);
    expect(await mend(T + HOUR)).toBe(true);
    expect(await mend(T - 10)).toBe(true);
    expect(await mend(T)).toBe(false);
    expect((await devices())[0]).toMatchObject({ mendedAt: T - 10 });
    // Made-up device ids get no reply.
    expect(await mend(T, 2)).toBe(false);
    expect(await devices()).toHaveLength(1);
  });

  it("are deleted with their sessions", async () => {
    await listed([1, 2]);
    await apply(identity(1, 1), session(1), session(2));
    await f.store.write({ op: "omemo.forget", args: of(1) });
    expect(await devices()).toMatchObject([{ id: 2 }]);
    expect(await f.store.read("omemo.session", of(1))).toBeNull();
    expect(await f.store.read("omemo.session", of(2))).toEqual(key(7));
  });

  describe("the devices of a chat's contact decide", () => {
    it("that it is encrypted from its beginning if there are any, unless the settings or the user say otherwise", async () => {
      expect(await open()).toMatchObject({ encryption: "none", canEncrypt: false });
      const { chat } = await listed([1]);
      expect(chat).toMatchObject({ jid: alice, encryption: "omemo", canEncrypt: true, undecided: 0 });
      expect(chatSchema.parse(chat)).toEqual(chat);
      expect(await f.chat()).toEqual(chat);
      expect((await f.store.read("chats.page", { after: null, limit: 5 })).chats).toEqual([chat]);
      await f.store.write({ op: "settings.set", args: { ...defaultSettings, encryptByDefault: false } });
      expect(await f.chat()).toMatchObject({ encryption: "none", canEncrypt: true });
      const choose = async (encryption: "none" | "omemo", jid = alice) =>
        (await f.store.write({ op: "chat.setEncryption", args: { account: me, jid, encryption } }))[0];
      expect(await choose("omemo")).toMatchObject({ encryption: "omemo" });
      expect((await listed([])).chat).toMatchObject({ encryption: "omemo", canEncrypt: false });
      await f.store.write({ op: "settings.set", args: defaultSettings });
      await listed([1]);
      expect(await choose("none")).toMatchObject({ encryption: "none", canEncrypt: true });
      expect(await choose("omemo", bob)).toBeNull();
    });

    it("that it waits for the user if new ones have a known key", async () => {
      await open();
      await listed([1, 2, 3]);
      await apply(identity(1, 1, "verified"));
      expect(await f.chat()).toMatchObject({ undecided: 0 });
      await apply(identity(2, 2, "undecided"), identity(9, 9, "undecided"));
      expect(await f.chat()).toMatchObject({ undecided: 1 });
      expect(await setTrust(1, 1, "trusted")).toEqual({ chat: null });
      expect(await setTrust(2, 2, "trusted")).toMatchObject({ chat: { undecided: 0 } });
    });

    it("for a chat with ourselves only if there is another one than this", async () => {
      await apply({ kind: "own", own: { id: 1, identity: { publicKey: key(1), privateKey: key(1) } } });
      await open(myJid);
      await open();
      await listed([1], T, myJid);
      expect(await f.chat(myJid)).toMatchObject({ encryption: "none", canEncrypt: false });
      expect((await listed([1, 2], T, myJid)).chat).toMatchObject({ encryption: "omemo", canEncrypt: true });
      // A contact's device may have the id of ours.
      expect((await listed([1])).chat).toMatchObject({ canEncrypt: true });
    });

    it("nothing to report if it is closed", async () => {
      await open();
      await f.store.write({ op: "chat.close", args: { account: me, jid: alice } });
      expect(await listed([1])).toEqual({ changed: true, chat: null });
    });
  });

  it("of strangers belong to a limited number of people; those of contacts, chats and user decisions stay", async () => {
    const madeUp = (n: number, domain = "evil.example") => `u${n}@${domain}` as typeof alice;
    const met = (n: number, domain?: string): OmemoChange[] => [
      identity(1, n % 200, "trusted", madeUp(n, domain)),
      { kind: "session", jid: madeUp(n, domain), device: 1, record: key(7) },
    ];
    await f.store.write({
      op: "roster.put",
      args: {
        account: me,
        item: { jid: bob, name: "", groups: [], subscription: "both", asked: false },
        version: null,
      },
    });
    await open(alice);
    await apply(
      identity(1, 1, "trusted", alice),
      identity(1, 1, "trusted", bob),
      identity(1, 1, "trusted", myJid),
      ...met(0, "good.example"),
      identity(1, 1, "verified", madeUp(1, "good.example")),
    );
    for (let n = 0; n < 3_000; n += 500) await apply(...Array.from({ length: 500 }, (_, at) => met(n + at)).flat());
    for (let n = 0; n < 100; n++) await listed([], T + n, madeUp(n, "lists.example"));
    const isKept = async (jid: typeof alice): Promise<boolean> => (await devices(jid)).length > 0;
    const counts = await Promise.all(Array.from({ length: 3_000 }, (_, n) => isKept(madeUp(n))));
    expect(counts.filter(Boolean).length).toBeLessThanOrEqual(MOST_STRANGERS + 50);
    expect(counts.filter(Boolean).length).toBeGreaterThan(MOST_STRANGERS - 200);
    for (const jid of [alice, bob, myJid, madeUp(0, "good.example"), madeUp(1, "good.example")])
      expect(await isKept(jid)).toBe(true);
    const gone = madeUp(counts.indexOf(false));
    expect(await f.store.read("omemo.session", { account: me, jid: gone, device: 1 })).toBeNull();
  });
});
