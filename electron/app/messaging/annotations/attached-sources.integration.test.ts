/** Sources attached to files (XEP-0447 §3.3) over a real Prosody: live, as carbons, in rooms and from archives. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import { anyJid, type BareJid, type Jid } from "../../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom, isInRoom, makeRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;

const message = (to: string, id: string, ...inside: Element[]): Element =>
  xml("message", { to, type: to === room ? "groupchat" : "chat", id }, ...inside);
const store = () => xml("store", { xmlns: "urn:xmpp:hints" });
/** A file without a source. */
const shares = (to: string, id: string, name: string): Element =>
  message(
    to,
    id,
    xml(
      "file-sharing",
      { xmlns: "urn:xmpp:sfs:0", id: "f" },
      xml("file", { xmlns: "urn:xmpp:file:metadata:0" }, xml("name", {}, name)),
    ),
    store(),
  );
const attaches = (to: string, target: string, host: string): Element =>
  message(
    to,
    crypto.randomUUID(),
    xml("attach-to", { xmlns: "urn:xmpp:message-attaching:1", id: target }),
    xml(
      "sources",
      { xmlns: "urn:xmpp:sfs:0", id: "f" },
      xml("url-data", { xmlns: "http://jabber.org/protocol/url-data", target: `https://${host}/a.pdf` }),
    ),
    xml("body", {}, `https://${host}/a.pdf`),
    xml("fallback", { xmlns: "urn:xmpp:fallback:0", for: "urn:xmpp:sfs:0" }, xml("body")),
    store(),
  );

let world: World;
let alice: Device;
let bob: Peer;
let carol: Peer;

/** Name and host of each file of a chat. */
const files = async (one: Device, jid: Jid) =>
  (await one.all(jid))
    .flatMap((of) => of.files)
    .map(({ name, host, pending }) => `${name} ${pending ? "pending" : host}`);
const shows = (one: Device, jid: Jid, ...expected: string[]) =>
  vi.waitFor(async () => expect(await files(one, jid)).toEqual(expected), WAIT);
const text = (to: string, body: string) => message(to, crypto.randomUUID(), xml("body", {}, body));

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" } }));
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

it("give a contact's file its place, without a message of their own, and only from the contact", async () => {
  await bob.send(shares(ALICE.jid, "b1", "live.pdf"));
  await shows(alice, BOB.jid, "live.pdf pending");
  await carol.send(attaches(ALICE.jid, "b1", "evil.example"));
  await carol.send(text(ALICE.jid, "carol was here"));
  await vi.waitFor(() => alice.find("carol@localhost" as BareJid, "carol was here"), WAIT);
  expect(await files(alice, BOB.jid)).toEqual(["live.pdf pending"]);
  await bob.send(attaches(ALICE.jid, "b1", "one.example"));
  await shows(alice, BOB.jid, "live.pdf one.example");
  expect(await alice.all()).toHaveLength(1);
});

it("apply those of our other device from carbons", async () => {
  const phone = await world.client("alice", "secret", "phone");
  await phone.request(xml("iq", { type: "set", id: "carbons" }, xml("enable", { xmlns: "urn:xmpp:carbons:2" })));
  await phone.send(shares(BOB.jid, "p1", "ours.pdf"));
  await shows(alice, BOB.jid, "live.pdf one.example", "ours.pdf pending");
  await phone.send(attaches(BOB.jid, "p1", "two.example"));
  await shows(alice, BOB.jid, "live.pdf one.example", "ours.pdf two.example");
  await phone.stop();
});

it("come from the archive after a time offline, and to a new device, with or before their message", async () => {
  await alice.quit();
  await bob.send(shares(ALICE.jid, "b2", "missed.pdf"));
  for (let n = 0; n < 60; n++) await bob.send(text(ALICE.jid, `filler ${n}`));
  await bob.send(attaches(ALICE.jid, "b2", "three.example"));
  await bob.send(text(ALICE.jid, "the last one"));
  await alice.startAgain();
  const expected = ["live.pdf one.example", "ours.pdf two.example", "missed.pdf three.example"];
  await shows(alice, BOB.jid, ...expected);
  const second = await world.device();
  await shows(second, BOB.jid, ...expected);
  await second.core.stop();
});

it("in a room name the archive id of the room, and count for the occupant who shared the file", async () => {
  await makeRoom(alice, room, { nickname: "Alice", name: "", kind: "channel" });
  await enterRoom(bob, room, "Bob");
  await enterRoom(carol, room, "Carol");
  await bob.send(shares(room, "r1", "room.pdf"));
  await shows(alice, room, "room.pdf pending");
  const seen = await carol.waitForMessage((one) => one.attrs["type"] === "groupchat" && one.attrs["id"] === "r1");
  const target = String(seen.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs["id"]);
  await carol.send(attaches(room, target, "evil.example"));
  await carol.send(text(room, "carol was here"));
  await vi.waitFor(() => alice.find(room, "carol was here"), WAIT);
  expect(await files(alice, room)).toEqual(["room.pdf pending"]);
  await bob.send(attaches(room, target, "four.example"));
  await shows(alice, room, "room.pdf four.example");
  const second = await world.device();
  await isInRoom(second, room);
  await shows(second, room, "room.pdf four.example");
  await second.core.stop();
});

it("work in a private chat of a room", async () => {
  const there = anyJid(`${room}/Bob`);
  const privately = (stanza: Element): Element => {
    stanza.append(xml("x", { xmlns: "http://jabber.org/protocol/muc#user" }));
    return stanza;
  };
  await bob.send(privately(shares(`${room}/Alice`, "v1", "private.pdf")));
  await shows(alice, there, "private.pdf pending");
  await bob.send(privately(attaches(`${room}/Alice`, "v1", "five.example")));
  await shows(alice, there, "private.pdf five.example");
});
