import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { BareJid, FullJid, Jid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { createAvatars } from "./avatars.ts";

const bob = "bob@example.org" as BareJid;
const room = "salon@muc.example.org" as BareJid;

it("avatars of occupants in hostile rooms do not displace those of contacts", async () => {
  const store = { read: async () => ({ type: "image/png", bytes: new Uint8Array(1) }), write: async () => [null] };
  const avatars = createAvatars("a" as AccountId, {
    ...{ store: store as never, client: () => ({ state: { state: "off" } }) as never, publish: () => undefined },
    ...{ isRoom: (jid: BareJid) => jid === room, isContact: (jid: BareJid) => jid === bob },
    occupants: { get: () => null, named: () => [] },
  });
  const wears = (of: BareJid | FullJid, n: number): Promise<void> =>
    avatars.announced({ type: "avatar", of, by: "presence", hash: String(n).padStart(40, "0") });
  const hash = async (jid: BareJid, nickname: string | null) => (await avatars.get({ jid, nickname }))?.hash;
  await wears(bob, 1);
  for (let n = 2; n < 21_000; n++) await wears(`${room}/u${n}` as FullJid, n);
  expect(await hash(bob, null)).toBe("1".padStart(40, "0"));
  expect([await hash(room, "u2"), await hash(room, "u20999")]).toEqual([undefined, "20999".padStart(40, "0")]);
});

/** Avatars of an account that knows one of Bob from the last run, and the requests for the image. */
async function restarted(image: { pep: boolean; vcard: boolean }) {
  const bytes = new Uint8Array(readFileSync(new URL("../../../assets/tray.png", import.meta.url)));
  const hash = createHash("sha1").update(bytes).digest("hex");
  const requests: string[] = [];
  const store = {
    read: async (name: string) => (name === "avatars.owners" ? [{ jid: bob, hash }] : null),
    write: async () => [null],
  };
  const client = {
    state: { state: "online" },
    avatars: {
      data: async (of: BareJid, id: string) => {
        requests.push(`data ${of} ${id === hash}`);
        return image.pep ? bytes : null;
      },
      vcard: async (of: BareJid) => {
        requests.push(`vcard ${of}`);
        return image.vcard ? bytes : null;
      },
    },
  };
  const avatars = createAvatars("a" as AccountId, {
    ...{ store: store as never, client: () => client as never, publish: () => undefined },
    ...{ isRoom: (jid: BareJid) => jid === room, isContact: (jid: BareJid) => jid === bob },
    occupants: { get: () => null, named: () => [] },
  });
  await avatars.load();
  return { avatars, requests, hash, get: () => avatars.get({ jid: bob, nickname: null }) };
}

it("requests an avatar of the last run from the PEP node first, then as a vCard", async () => {
  const inNode = await restarted({ pep: true, vcard: false });
  expect(await inNode.get()).toMatchObject({ hash: inNode.hash });
  expect(inNode.requests).toEqual([`data ${bob} true`]);
  const inCard = await restarted({ pep: false, vcard: true });
  expect(await inCard.get()).toMatchObject({ hash: inCard.hash });
  expect(inCard.requests).toEqual([`data ${bob} true`, `vcard ${bob}`]);
});

it("requests an avatar again if the same one is announced from another source", async () => {
  const { avatars, requests, hash, get } = await restarted({ pep: true, vcard: false });
  await avatars.announced({ type: "avatar", of: bob, by: "presence", hash });
  expect(await get()).toBeNull();
  await avatars.announced({ type: "avatar", of: bob, by: "pep", hash });
  expect(await get()).toMatchObject({ hash });
  expect(requests).toEqual([`vcard ${bob}`, `data ${bob} true`]);
});

/** Bob is an occupant of a room that shows real addresses. */
async function inRoom() {
  const changed: unknown[] = [];
  const stored = {
    read: async (name: string) => (name === "avatar.get" ? { type: "image/png", bytes: new Uint8Array(1) } : []),
  };
  const avatars = createAvatars("a" as AccountId, {
    store: { ...stored, write: async () => [null] } as never,
    client: () => ({ state: { state: "off" } }) as never,
    publish: ((_: string, { of }: { of: unknown[] }) => void changed.push(...of)) as never,
    isRoom: (jid: BareJid) => jid === room,
    isContact: (jid: BareJid) => jid === bob,
    occupants: {
      get: (_, nickname) => ({ jid: nickname === "Bobby" ? bob : null }) as never,
      named: (jid) => (jid === bob ? [{ room, nickname: "Bobby" }] : []),
    },
  });
  const announce = (of: Jid, by: "pep" | "presence", n: number | null): Promise<void> =>
    avatars.announced({ type: "avatar", of, by, hash: n === null ? null : String(n).padStart(40, "0") });
  const hash = async (nickname: string): Promise<number> =>
    Number((await avatars.get({ jid: room, nickname }))?.hash ?? 0);
  await announce(`${room}/Bobby` as FullJid, "presence", 1);
  await announce(`${room}/eve` as FullJid, "presence", 2);
  return { announce, hash, changed };
}
const [contact, bobby] = [bob, room].map((jid) => ({ account: "a", jid, nickname: jid === room ? "Bobby" : null }));

it.each(["pep", "presence"] as const)(
  "shows a contact's new picture at once in rooms that show their address: %s",
  async (by) => {
    const { announce, hash, changed } = await inRoom();
    expect([await hash("Bobby"), await hash("eve")]).toEqual([1, 2]);
    await announce(bob, by, 3);
    expect(changed).toEqual([contact, bobby]);
    expect([await hash("Bobby"), await hash("eve")]).toEqual([3, 2]);
    // A client of theirs that shows an older one in the room.
    await announce(`${room}/Bobby` as FullJid, "presence", 4);
    expect(await hash("Bobby")).toBe(3);
  },
);

it("shows no picture in rooms of a contact who removes theirs", async () => {
  const { announce, hash, changed } = await inRoom();
  await announce(bob, "pep", 3);
  changed.length = 0;
  await announce(bob, "pep", null);
  expect(changed).toEqual([contact, bobby]);
  expect(await hash("Bobby")).toBe(0);
});
