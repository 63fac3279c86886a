/** Notices about events in a room, from a real Prosody. The other occupants and moderators are independent clients. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { RoomChange } from "../../../../shared/model/room-notice.ts";
import { BOB, Device, WAIT } from "../../testing/device.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "tea@conference.localhost" as BareJid;

let prosody: Prosody;
let folder: string;
let alice: Device;
/** Owner of the room. */
let bob: Peer;
let carol: Peer;
let seen = 0;

const at = (jid = room) => ({ account: alice.account.id, jid });
const change = async (jid = room): Promise<RoomChange[]> =>
  (await alice.core.handlers["room.notices"](at(jid))).notices.map((one) => one.change);
const shown = async (jid = room) =>
  (await alice.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid);
/** The notices since the last call, once there are as many as expected. */
async function next(count: number, jid = room): Promise<RoomChange[]> {
  await vi.waitFor(async () => expect((await change(jid)).length).toBeGreaterThanOrEqual(seen + count), WAIT);
  const all = (await change(jid)).slice(seen);
  seen += all.length;
  return all;
}
const set = (peer: Peer, query: Element): Promise<Element> =>
  peer.request(xml("iq", { type: "set", to: room, id: crypto.randomUUID() }, query));
const admin = (item: Record<string, string>, reason = ""): Promise<Element> =>
  set(bob, xml("query", `${MUC}#admin`, xml("item", item, ...(reason === "" ? [] : [xml("reason", {}, reason)]))));
const configure = (values: Record<string, string>): Promise<Element> => {
  const fields = Object.entries({ FORM_TYPE: `${MUC}#roomconfig`, ...values }).map(([name, value]) =>
    xml("field", { var: name }, xml("value", {}, value)),
  );
  return set(bob, xml("query", `${MUC}#owner`, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...fields)));
};
const groupchat = (...children: Element[]): Element =>
  xml("message", { to: room, type: "groupchat", id: crypto.randomUUID() }, ...children);
const presence = (nickname: string, attrs: Record<string, string> = {}, ...children: Element[]): Element =>
  xml("presence", { to: `${room}/${nickname}`, ...attrs }, ...children);
const says = async (peer: Peer, text: string, ...more: Element[]): Promise<void> => {
  await peer.send(groupchat(xml("body", {}, text), ...more));
  await vi.waitFor(async () => expect(await alice.bodies(room)).toContain(text), WAIT);
};
async function enters(peer: Peer, nickname: string): Promise<void> {
  const before = peer.stanzas.length;
  await peer.send(presence(nickname, {}, xml("x", MUC)));
  await vi.waitFor(
    () =>
      expect(
        peer.stanzas
          .slice(before)
          .some(
            (one) =>
              one.is("presence") &&
              one.attrs["from"] === `${room}/${nickname}` &&
              one.toString().includes('code="110"'),
          ),
      ).toBe(true),
    WAIT,
  );
}
async function joins(nickname: string): Promise<void> {
  await alice.core.handlers["room.join"]({ ...at(), nickname, password: null, autojoin: false });
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ state: { state: "joined" } }), WAIT);
}

beforeAll(async () => {
  prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" } });
  folder = await mkdtemp(join(tmpdir(), "jackdaw-room-notices-"));
  alice = new Device(folder, prosody);
  await alice.signIn();
  await alice.caughtUp();
  [bob, carol] = await Promise.all([
    connectPeer({ jid: BOB.jid, password: "hidden", resource: "x", server: prosody }),
    connectPeer({ jid: "carol@localhost", password: "other", resource: "x", server: prosody }),
  ]);
  await enters(bob, "Bob");
  await configure({ "muc#roomconfig_whois": "anyone", "muc#roomconfig_persistentroom": "1" });
  await bob.send(groupchat(xml("subject", {}, "Tea")));
  await enters(carol, "Carol");
});
afterAll(async () => {
  await alice?.core.stop();
  await Promise.all([bob?.stop(), carol?.stop()]);
  await prosody?.remove();
  await rm(folder, { recursive: true, force: true });
});

it("on joining: real addresses are visible; the existing subject gives no notice", async () => {
  await joins("Alice");
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ subject: "Tea" }), WAIT);
  expect(await next(1)).toEqual([{ kind: "entered", facts: ["addresses-shown"], nickname: "Alice" }]);
});

it("a new subject and its removal, with their author; a subject with a text is a message", async () => {
  await says(carol, "green?", xml("subject", {}, "stolen"));
  await bob.send(groupchat(xml("subject", {}, "Green tea")));
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ subject: "Green tea" }), WAIT);
  await says(carol, "yes");
  await bob.send(groupchat(xml("subject")));
  expect(await next(2)).toEqual([
    { kind: "subject", by: { name: "Bob", self: false }, subject: "Green tea" },
    { kind: "subject", by: { name: "Bob", self: false }, subject: "" },
  ]);
});

it("a new nickname, of another occupant and of ours", async () => {
  await carol.send(presence("Caro"));
  expect(await next(1)).toEqual([{ kind: "renamed", nicknames: ["Carol"], count: 1, self: false, to: "Caro" }]);
  await alice.core.handlers["room.setNickname"]({ ...at(), nickname: "Al" });
  expect(await next(1)).toEqual([{ kind: "renamed", nicknames: ["Alice"], count: 1, self: true, to: "Al" }]);
});

it("a new affiliation or role, also of ours, with moderator and reason", async () => {
  await admin({ jid: "carol@localhost", affiliation: "member" }, "welcome");
  await admin({ nick: "Caro", role: "moderator" });
  await admin({ nick: "Caro", role: "visitor" }, "hush");
  await admin({ jid: "alice@localhost", affiliation: "admin" });
  const person = { kind: "person", count: 1, nicknames: ["Caro"], self: false };
  const told = await next(4);
  expect(told).toMatchObject([
    { ...person, what: "member", reason: "welcome" },
    { ...person, what: "moderator" },
    { ...person, what: "no-voice", reason: "hush" },
    { ...person, what: "admin", nicknames: ["Al"], self: true },
  ]);
  await admin({ nick: "Caro", role: "participant" });
  await admin({ jid: "alice@localhost", affiliation: "none" });
  expect(await next(2)).toMatchObject([
    { ...person, what: "voice" },
    { ...person, what: "not-admin", nicknames: ["Al"], self: true },
  ]);
});

it("changes that concern everybody's privacy by name, other configuration changes in general", async () => {
  await configure({ "muc#roomconfig_whois": "moderators" });
  expect(await next(1)).toEqual([{ kind: "room", what: "semi-anonymous" }]);
  await configure({ "muc#roomconfig_whois": "anyone" });
  expect(await next(1)).toEqual([{ kind: "room", what: "non-anonymous" }]);
  await configure({ "muc#roomconfig_roomname": "Tea house" });
  expect(await next(1)).toEqual([{ kind: "room", what: "configured" }]);
  await configure({ "muc#roomconfig_enablearchiving": "0" });
  await configure({ "muc#roomconfig_enablearchiving": "1" });
  expect(await next(2)).toEqual([
    { kind: "room", what: "logging-off" },
    { kind: "room", what: "logging-on" },
  ]);
});

it("an occupant who leaves with forged status codes has left, without another notice", async () => {
  const x = (code: string) =>
    xml(
      "x",
      `${MUC}#user`,
      xml(
        "item",
        { affiliation: "outcast", role: "none", nick: "Al" },
        xml("actor", { nick: "Bob" }),
        xml("reason", {}, "forged"),
      ),
      xml("status", { code }),
    );
  for (const code of ["301", "303", "307", "321"]) {
    await carol.send(presence("Caro", { type: "unavailable" }, x(code)));
    await enters(carol, "Caro");
  }
  await carol.send(presence("Caro", {}, x("110")));
  for (const code of ["104", "170", "172"]) await carol.send(groupchat(x(code)));
  for (const to of [`${room}/Al`, "alice@localhost"]) {
    await carol.send(xml("message", { to, type: "chat" }, xml("body", {}, "psst"), x("172")));
    await carol.send(xml("presence", { to, type: "unavailable" }, x("307")));
  }
  await enters(carol, "Caro");
  await says(carol, "nothing change");
  expect((await change()).slice(seen)).toEqual([]);
  expect(await shown()).toMatchObject({ state: { state: "joined" }, nickname: "Al" });
});

it("an occupant is kicked and then banned, with moderator and reason", async () => {
  await admin({ nick: "Caro", role: "none" }, "too loud");
  expect(await next(1)).toMatchObject([
    {
      kind: "person",
      what: "kicked",
      nicknames: ["Caro"],
      self: false,
      by: { name: "Bob", self: false },
      reason: "too loud",
    },
  ]);
  await enters(carol, "Carol");
  await admin({ jid: "carol@localhost", affiliation: "outcast" }, "enough");
  expect(await next(1)).toMatchObject([
    { kind: "person", what: "banned", nicknames: ["Carol"], by: { name: "Bob" }, reason: "enough" },
  ]);
});

it("we are kicked, return, and the room is destroyed; a refused join gives no notice", async () => {
  await admin({ nick: "Al", role: "none" }, "you, too");
  expect(await next(1)).toMatchObject([
    {
      kind: "person",
      what: "kicked",
      nicknames: ["Al"],
      self: true,
      by: { name: "Bob", self: false },
      reason: "you, too",
    },
  ]);
  await admin({ jid: "alice@localhost", affiliation: "outcast" });
  await alice.core.handlers["room.join"]({ ...at(), nickname: "Al", password: null, autojoin: false });
  await vi.waitFor(
    async () => expect(await shown()).toMatchObject({ state: { state: "out", problem: "banned" } }),
    WAIT,
  );
  await admin({ jid: "alice@localhost", affiliation: "none" });
  await joins("Al");
  await set(bob, xml("query", `${MUC}#owner`, xml("destroy", {}, xml("reason", {}, "tea is over"))));
  expect(await next(2)).toMatchObject([
    { kind: "entered" },
    { kind: "ended", what: "destroyed", reason: "tea is over" },
  ]);
});

it("our own room: it is new, and our own configuration gives no notice", async () => {
  seen = 0;
  const own = "own@conference.localhost" as BareJid;
  await alice.core.handlers["room.create"]({ ...at(own), nickname: "Alice", name: "Own", kind: "group" });
  await alice.core.handlers["room.setSubject"]({ ...at(own), subject: "Ours" });
  expect(await next(2, own)).toEqual([
    { kind: "entered", facts: ["created"], nickname: "Alice" },
    { kind: "subject", by: { name: "Alice", self: true }, subject: "Ours" },
  ]);
});

it("a restart repeats no notice, and a window that has not opened the chat receives none", async () => {
  const own = "own@conference.localhost" as BareJid;
  const again = async (subject: string): Promise<RoomChange[]> => {
    await alice.quit();
    const before = alice.host.roomNotices.length;
    await alice.startAgain();
    await vi.waitFor(async () => expect(await shown(own)).toMatchObject({ state: { state: "joined" } }), WAIT);
    await alice.core.handlers["room.setSubject"]({ ...at(own), subject });
    await vi.waitFor(async () => expect((await change(own)).at(-1)).toMatchObject({ kind: "subject", subject }), WAIT);
    expect(alice.host.roomNotices).toHaveLength(before);
    return change(own);
  };
  // It did not show addresses when it was created.
  expect(await again("Later")).toMatchObject([{ kind: "entered", facts: ["addresses-shown"] }, { kind: "subject" }]);
  expect(await again("Later still")).toMatchObject([{ kind: "subject" }]);
});
