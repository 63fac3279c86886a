/**
 * Forged stanzas around rooms, sent for real through a Prosody by an outsider and by an occupant. None may have an
 * effect.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, BOB, Device, WAIT } from "../testing/device.ts";

const MUC = "http://jabber.org/protocol/muc";
const MUC_USER = `${MUC}#user`;
const room = "tea@conference.localhost" as BareJid;
const mallory = "mallory@localhost" as BareJid;

let prosody: Prosody;
let folder: string;
let alice: Device;
let friend: Peer;
let evil: Peer;

const at = () => ({ account: alice.account.id, jid: room });
const shown = async () => (await alice.core.handlers["room.list"]({})).rooms.find((known) => known.jid === room)!;
const occupants = async () =>
  (await alice.core.handlers["room.occupants"]({ ...at(), after: null, limit: 100 })).occupants;
const nicknames = async () => (await occupants()).map((one) => one.nickname);
const full = () => {
  const { connection } = alice.account;
  return `${ALICE.jid}/${connection.state === "online" ? connection.resource : ""}`;
};
const groupchat = (body: string, ...more: Element[]): Element =>
  xml("message", { to: room, type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, body), ...more);
const enters = async (peer: Peer, nickname: string): Promise<void> => {
  await peer.send(xml("presence", { to: `${room}/${nickname}` }, xml("x", MUC)));
  await vi.waitFor(async () => expect(await nicknames()).toContain(nickname), WAIT);
};
/** Resolves when all stanzas sent before have been handled. */
async function afterThat(peer = evil): Promise<void> {
  const mark = crypto.randomUUID();
  await peer.chat(ALICE.jid, mark);
  await vi.waitFor(async () => expect(await alice.bodies(peer === evil ? mallory : BOB.jid)).toContain(mark), WAIT);
}
async function said(peer: Peer, message: Element): Promise<void> {
  await peer.send(message);
  await vi.waitFor(async () => expect(await alice.bodies(room)).toContain(message.getChildText("body")), WAIT);
}

beforeAll(async () => {
  prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden", mallory: "evil" } });
  const me = { jid: ALICE.jid, password: "secret", name: "Alice" };
  await befriend(prosody, me, { jid: BOB.jid, password: "hidden", name: "Bob" });
  folder = await mkdtemp(join(tmpdir(), "jackdaw-room-attacks-"));
  alice = new Device(folder, prosody);
  await alice.signIn();
  await alice.caughtUp();
  [friend, evil] = await Promise.all([
    connectPeer({ jid: BOB.jid, password: "hidden", resource: "x", server: prosody }),
    connectPeer({ jid: mallory, password: "evil", resource: "x", server: prosody }),
  ]);
  await Promise.all([friend, evil].map((peer) => peer.send(xml("presence"))));
  await alice.core.handlers["room.create"]({ ...at(), nickname: "Alice", name: "Tea", kind: "channel" });
  // A configuration change makes us read the room's traits again.
  await vi.waitFor(
    async () => expect(await shown()).toMatchObject({ state: { state: "joined" }, encryption: { obstacle: "open" } }),
    WAIT,
  );
  await enters(friend, "Bob");
});
afterAll(async () => {
  await alice?.core.stop();
  await Promise.all([friend?.stop(), evil?.stop()]);
  await prosody?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe("from outside the room", () => {
  it("presence and messages that pretend to be from the room, an occupant, or about us change nothing", async () => {
    const before = { room: await shown(), occupants: await occupants(), bodies: await alice.bodies(room) };
    const item = (attrs: Record<string, string>, ...codes: string[]): Element =>
      xml("x", MUC_USER, xml("item", attrs), ...codes.map((code) => xml("status", { code })));
    for (const to of [ALICE.jid, full()]) {
      await evil.send(
        xml("presence", { to }, item({ affiliation: "owner", role: "moderator", jid: `${mallory}/x` }, "110")),
      );
      await evil.send(
        xml("presence", { to, type: "unavailable" }, item({ affiliation: "outcast", role: "none" }, "301", "110")),
      );
      await evil.send(
        xml(
          "presence",
          { to, type: "unavailable" },
          xml(
            "x",
            MUC_USER,
            xml("item", { affiliation: "none", role: "none" }),
            xml("destroy", { jid: room }, xml("reason", {}, "gone")),
          ),
        ),
      );
      await evil.send(xml("message", { to, type: "groupchat", id: "f1" }, xml("body", {}, "I am a room")));
      await evil.send(xml("message", { to, type: "groupchat", id: "f2" }, xml("subject", {}, "stolen")));
      await evil.send(xml("message", { to }, xml("x", MUC_USER, xml("status", { code: "104" }))));
      await evil.send(
        xml(
          "message",
          { to, type: "groupchat" },
          xml("addresses", "http://jabber.org/protocol/address", xml("address", { type: "ofrom", jid: `${room}/Bob` })),
          xml("body", {}, "as Bob"),
        ),
      );
    }
    await evil.send(groupchat("without being there"));
    await afterThat();
    expect(await shown()).toEqual(before.room);
    expect(await occupants()).toEqual(before.occupants);
    expect(await alice.bodies(room)).toEqual(before.bodies);
  });

  it("invitations of strangers are held back, those of contacts are not, and nobody invites in another's name", async () => {
    const invited = async () =>
      (await alice.core.handlers["invitation.list"]({})).invitations.map(({ room: to, from, known }) => ({
        to,
        from,
        known,
      }));
    const direct = (to: string): Element =>
      xml("message", { to: ALICE.jid }, xml("x", { xmlns: "jabber:x:conference", jid: to, reason: "come" }));
    await evil.send(direct("lair@conference.localhost"));
    await friend.send(direct("garden@conference.localhost"));
    // A mediated invitation counts only from a room, not from an account.
    await evil.send(
      xml(
        "message",
        { to: ALICE.jid },
        xml("x", MUC_USER, xml("invite", { from: BOB.jid }, xml("reason", {}, "it is me, Bob"))),
      ),
    );
    await evil.send(xml("message", { to: ALICE.jid }, xml("x", { xmlns: "jabber:x:conference", jid: "no room" })));
    await afterThat();
    await afterThat(friend);
    const list = await invited();
    expect(list).toEqual(
      expect.arrayContaining([
        { to: "lair@conference.localhost", from: mallory, known: false },
        { to: "garden@conference.localhost", from: BOB.jid, known: true },
      ]),
    );
    expect(list).toHaveLength(2);
    expect(alice.host.notices.filter((one) => one.body.includes("lair"))).toEqual([]);
  });

  it("the room tells who invites, and a stranger's mediated invitation is held back as well", async () => {
    const lair = "cave@conference.localhost";
    await evil.send(xml("presence", { to: `${lair}/M` }, xml("x", MUC)));
    await evil.waitFor((one) => one.is("presence") && one.attrs["from"] === `${lair}/M`);
    await evil.request(
      xml(
        "iq",
        { to: lair, type: "set", id: crypto.randomUUID() },
        xml("query", `${MUC}#owner`, xml("x", { xmlns: "jabber:x:data", type: "submit" })),
      ),
    );
    await evil.send(
      xml(
        "message",
        { to: lair },
        xml("x", MUC_USER, xml("invite", { to: ALICE.jid, from: BOB.jid }, xml("reason", {}, "Bob asks you"))),
      ),
    );
    await vi.waitFor(
      async () =>
        expect((await alice.core.handlers["invitation.list"]({})).invitations).toContainEqual(
          expect.objectContaining({ room: lair, known: false }),
        ),
      WAIT,
    );
    const [mine] = (await alice.core.handlers["invitation.list"]({})).invitations.filter((one) => one.room === lair);
    expect(mine!.from).not.toContain("bob");
  });
});

describe("from an occupant", () => {
  beforeAll(() => enters(evil, "Mallory"));

  it("ids, times and status codes that only the room may set hide no genuine message and change nothing", async () => {
    const [forged, honest] = [crypto.randomUUID(), crypto.randomUUID()];
    const ids = [
      xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: room, id: "same" }),
      xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: ALICE.jid, id: "same" }),
    ];
    await said(
      evil,
      groupchat(
        forged,
        ...ids,
        xml("occupant-id", { xmlns: "urn:xmpp:occupant-id:0", id: "somebody" }),
        xml("delay", { xmlns: "urn:xmpp:delay", from: room, stamp: "2001-01-01T00:00:00Z" }),
        xml(
          "x",
          MUC_USER,
          xml("status", { code: "301" }),
          xml("item", { affiliation: "owner", jid: `${ALICE.jid}/x` }),
        ),
      ),
    );
    await said(friend, groupchat(honest, ...ids));
    const all = await alice.all(room);
    const [theirs, bobs] = [all.find((one) => one.body === forged)!, all.find((one) => one.body === honest)!];
    expect(theirs).toMatchObject({ direction: "in", writer: { nickname: "Mallory", jid: mallory } });
    expect(bobs).toMatchObject({ direction: "in", writer: { nickname: "Bob", jid: BOB.jid } });
    expect(theirs.writer!.occupantId).not.toBe("somebody");
    expect(theirs.sentAt).toBeGreaterThan(Date.UTC(2020, 0));
    expect(all.at(-1)!.body).toBe(honest);
    expect(await shown()).toMatchObject({ state: { state: "joined" }, self: { affiliation: "owner" } });
  });

  it("a message with the id of another's message: both are kept, each with its author", async () => {
    const id = crypto.randomUUID();
    const message = (body: string): Element =>
      xml(
        "message",
        { to: room, type: "groupchat", id },
        xml("body", {}, body),
        xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
      );
    await said(friend, message("Bob's own"));
    await said(evil, message("not Bob's"));

    expect(
      (await alice.all(room)).filter((one) => one.body === "Bob's own").map((one) => one.writer!.nickname),
    ).toEqual(["Bob"]);
    expect(
      (await alice.all(room)).filter((one) => one.body === "not Bob's").map((one) => one.writer!.nickname),
    ).toEqual(["Mallory"]);
  });

  it("a subject with a text is a message and does not change the subject", async () => {
    await alice.core.handlers["room.setSubject"]({ ...at(), subject: "Tea" });
    await vi.waitFor(async () => expect(await shown()).toMatchObject({ subject: "Tea" }), WAIT);
    await said(evil, groupchat("with a subject", xml("subject", {}, "stolen")));
    await afterThat();
    expect((await shown()).subject).toBe("Tea");
  });

  it("a reference (XEP-0372) mentions its target, by either address, and nobody else", async () => {
    const reference = (uri: string): Element =>
      xml("reference", { xmlns: "urn:xmpp:reference:0", type: "mention", uri });
    await said(friend, groupchat("come here", reference(`xmpp:${ALICE.jid}`)));
    await said(friend, groupchat("and here", reference(`xmpp:${room}/Alice`)));
    await said(evil, groupchat("not you", reference(`xmpp:${BOB.jid}`)));
    const calls = (await alice.all(room))
      .filter((one) => /here|not you/.test(one.body))
      .map((one) => [one.body, one.mentionsUs]);
    expect(calls).toEqual([
      ["come here", true],
      ["and here", true],
      ["not you", false],
    ]);
  });

  it("the reflection of our message is shown once, whatever others send with its id", async () => {
    await alice.core.handlers["message.send"]({ ...at(), body: "mine", encryption: "none" });
    const got = await friend.waitForMessage((one) => one.getChildText("body") === "mine");
    const id = String(got.attrs["id"]);
    await said(
      evil,
      xml(
        "message",
        { to: room, type: "groupchat", id },
        xml("body", {}, "mine, says another"),
        xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
      ),
    );
    await vi.waitFor(
      async () => expect((await alice.all(room)).find((one) => one.body === "mine")?.delivery).toBe("delivered"),
      WAIT,
    );
    expect((await alice.all(room)).filter((one) => one.direction === "out").map((one) => one.body)).toEqual(["mine"]);
  });

  it("a nickname that resembles ours, or consists of marks, is another's", async () => {
    // A Cyrillic А. Nicknames forbidden by RFC 8266 and the server cannot join at all.
    const twin = "\u0410lice";
    await enters(await evilAs(twin), twin);
    await said(evil, groupchat("says the twin"));
    expect((await alice.all(room)).find((one) => one.body === "says the twin")).toMatchObject({
      direction: "in",
      writer: { nickname: twin, jid: mallory },
    });
    for (const nickname of ["Bo\u202Eb", "Alice\u0085", "Bob\u2028"]) {
      await evil.send(xml("presence", { to: `${room}/${nickname}` }));
    }
    await afterThat();
    for (const one of await nicknames()) expect(one).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\u202E]+$/u);
    expect((await occupants()).filter((one) => one.self).map((one) => one.nickname)).toEqual(["Alice"]);
  });

  it("an occupant who takes over the nickname of one who left is somebody else", async () => {
    await said(friend, groupchat("from the true Bob"));
    await friend.send(xml("presence", { to: `${room}/Bob`, type: "unavailable" }));
    await vi.waitFor(async () => expect(await nicknames()).not.toContain("Bob"), WAIT);
    await enters(await evilAs("Bob"), "Bob");
    await said(evil, groupchat("from the false Bob"));
    const [first, second] = (await alice.all(room))
      .filter((one) => /true Bob|false Bob/.test(one.body))
      .map((one) => one.writer!);
    expect(first!.nickname).toBe(second!.nickname);
    expect(first!.occupantId).not.toBe(second!.occupantId);
    expect([first!.jid, second!.jid]).toEqual([BOB.jid, mallory]);
  });

  /** The same occupant with another nickname. */
  async function evilAs(nickname: string): Promise<Peer> {
    await evil.send(xml("presence", { to: `${room}/${nickname}` }));
    return evil;
  }
});
