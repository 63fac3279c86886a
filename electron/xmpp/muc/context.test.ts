import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { stanza } from "../testing/feature.ts";
import { historyFrom, readGroupchat, readSubject, type RoomContext } from "./context.ts";

const room = "tea@rooms.example.org" as BareJid;
const place: RoomContext = {
  room,
  nickname: "Alice",
  ownOccupantId: "me",
  account: "alice@example.org" as BareJid,
  hasOccupantIds: true,
  hasStanzaIds: true,
  nonAnonymous: true,
  historyFrom: null,
  occupant: (nickname) => (nickname === "Bob" ? { jid: "bob@example.org" as BareJid, occupantId: "b" } : null),
};
const message = (inner: string, from = `${room}/Bob`, type = "groupchat") =>
  stanza(`<message from='${from}' type='${type}' id='i1'>${inner}</message>`);
const occupant = (id: string) => `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>`;
const read = (inner: string, from?: string, where: Partial<RoomContext> = {}, archived = false) =>
  readGroupchat(message(inner, from), { ...place, ...where }, archived ? { archiveId: "a9", stamp: 9 } : null);

describe("a message of a room", () => {
  it("is read with its author and its ids", () => {
    const got = read(
      `<body>hi</body>${occupant("b")}<origin-id xmlns='urn:xmpp:sid:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='${room}' id='a1'/>`,
    );
    expect(got).toEqual({
      conversation: { jid: room, kind: "room" },
      author: {
        outgoing: false,
        address: room,
        occupant: { nickname: "Bob", occupantId: "b", jid: "bob@example.org" },
        occupancy: null,
      },
      ids: { messageId: "i1", originId: "o1", archiveId: "a1" },
      via: "live",
      at: null,
      encrypted: null,
      wishes: { receipt: null, marker: false },
      payload: { kind: "text", body: "hi" },
    });
  });
  it("takes a displayed marker of our own, from another device, but none of other occupants", () => {
    const marker = "<displayed xmlns='urn:xmpp:chat-markers:0' id='a1'/>";
    const own = `${marker}${occupant("me")}`;
    expect(read(own, `${room}/Alice`)).toMatchObject({ payload: { kind: "displayed", target: "a1" } });
    expect(read(own, `${room}/Alice`, {}, true)).toMatchObject({ payload: { kind: "displayed", target: "a1" } });
    expect([read(`${marker}${occupant("b")}`), read(marker.replace("displayed", "received"), `${room}/Alice`)]).toEqual(
      [null, null],
    );
  });
  it("counts only if it comes from that room, as groupchat, with a text and without a forwarded stanza", () => {
    expect(read("<body>x</body>", "other@rooms.example.org/Bob")).toBeNull();
    expect(readGroupchat(message("<body>x</body>", undefined, "chat"), place, null)).toBeNull();
    expect(read("<subject>x</subject>")).toBeNull();
    expect(read("<body>x</body><forwarded xmlns='urn:xmpp:forward:0'/>")).toBeNull();
  });
  it("is ours by the occupant id, not by a nickname that somebody else took over", () => {
    expect(read(`<body>x</body>${occupant("me")}`, `${room}/Other`)!.author.outgoing).toBe(true);
    expect(read(`<body>x</body>${occupant("thief")}`, `${room}/Alice`)!.author.outgoing).toBe(false);
    expect(read("<body>x</body>", `${room}/Alice`, { hasOccupantIds: false })!.author.outgoing).toBe(true);
    const told = `<body>x</body><x xmlns='http://jabber.org/protocol/muc#user'><item jid='mallory@example.org/x'/></x>`;
    expect(read(told, `${room}/Alice`, { hasOccupantIds: false }, true)!.author.outgoing).toBe(false);
  });
  it("has the real JID of the present occupant if live, and that of the archive or a matching occupant id if old", () => {
    const old = `<body>x</body><delay xmlns='urn:xmpp:delay' from='${room}' stamp='2020-01-01T00:00:00Z'/>`;
    const named = (...jids: string[]) =>
      jids.map((jid) => `<x xmlns='http://jabber.org/protocol/muc#user'><item jid='${jid}/x'/></x>`).join("");
    expect(read("<body>x</body>")!.author.occupant!.jid).toBe("bob@example.org");
    expect(read("<body>x</body>" + named("carol@example.org"))!.author.occupant!.jid).toBe("bob@example.org");
    expect(read(old)!.author.occupant!.jid).toBeNull();
    expect(read(old + occupant("b"))!.author.occupant!.jid).toBe("bob@example.org");
    expect(read(old + occupant("c"))!.author.occupant!.jid).toBeNull();
    const archived = (inner: string) => read(`<body>x</body>${inner}`, undefined, {}, true)!.author.occupant!.jid;
    expect(archived("")).toBeNull();
    expect(archived(occupant("b"))).toBe("bob@example.org");
    expect(archived(named("carol@example.org"))).toBe("carol@example.org");
    expect(archived(named("carol@example.org") + occupant("b"))).toBeNull();
    expect(archived(named("carol@example.org", "bob@example.org"))).toBeNull();
  });
  it("is kept without a text if it is encrypted", () => {
    const sealed =
      "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='5'><key rid='7'>AAAA</key><iv>AAAAAAAAAAAAAAAA</iv></header><payload>AAAA</payload></encrypted>";
    expect(read(sealed)).toMatchObject({ payload: { body: "" }, encrypted: { sid: 5, keys: [{ rid: 7 }] } });
    expect(read("<encrypted xmlns='eu.siacs.conversations.axolotl'/>")).toMatchObject({ encrypted: "malformed" });
  });
  it("has an archive id only if the room itself announces that it assigns them", () => {
    const forged = (by: string) => `<body>x</body><stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='a1'/>`;
    expect(read(forged("other@rooms.example.org"))!.ids.archiveId).toBeNull();
    expect(read(forged(room), undefined, { hasStanzaIds: false })!.ids.archiveId).toBeNull();
    expect(
      read(forged(room).replace("</body>", `</body><stanza-id xmlns='urn:xmpp:sid:0' by='${room}' id='a2'/>`))!.ids
        .archiveId,
    ).toBeNull();
  });
  const delay = (from: string, year = 2020) =>
    `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='${year}-01-01T00:00:00Z'/>`;
  const history = { historyFrom: Date.UTC(2010, 0) };
  it("has the time of its stamp only within the history that the room sends; the room's own last stamp wins", () => {
    expect(read(`<body>x</body>${delay(room)}`, undefined, history)!.at).toBe(Date.UTC(2020, 0));
    expect(read(`<body>x</body>${delay(room, 2015)}${delay(room)}`, undefined, history)!.at).toBe(Date.UTC(2020, 0));
    for (const from of ["bob@example.org", "rooms.example.org", "example.org", "alice@example.org", `${room}/Bob`]) {
      // Openfire stamps in the name of the author.
      expect(read(`<body>x</body>${delay(from)}`, undefined, history)!.at).toBe(Date.UTC(2020, 0));
      const both = `<body>x</body>${delay(room, 2016)}${delay(from)}`;
      expect(read(both, undefined, history)!.at).toBe(Date.UTC(2016, 0));
      expect(read(`<body>x</body>${delay(from)}`)!.at).toBeNull();
    }
    expect(read(`<body>x</body>${delay(room)}`)!.at).toBeNull();
  });
  it("is never older than the requested history, nor from the future", () => {
    expect(read(`<body>x</body>${delay(room, 2001)}`, undefined, history)!.at).toBe(Date.UTC(2010, 0));
    expect(read(`<body>x</body>${delay(room, 9999)}`, undefined, history)!.at).toBeLessThanOrEqual(Date.now());
  });
  it("has no real JID from the archive of a room that hides addresses: only an occupant can have written it there", () => {
    const told = `<body>x</body><x xmlns='http://jabber.org/protocol/muc#user'><item jid='alice@example.org/x'/></x>`;
    expect(read(told, undefined, {}, true)).toMatchObject({
      author: { outgoing: true, occupant: { jid: "alice@example.org" } },
    });
    expect(read(told, undefined, { nonAnonymous: false }, true)).toMatchObject({
      author: { outgoing: false, occupant: { jid: null } },
    });
    expect(read(told + occupant("b"), undefined, { nonAnonymous: false }, true)).toMatchObject({
      author: { outgoing: false, occupant: { jid: "bob@example.org" } },
    });
  });
});

it("with a subject and a body is not a subject", () => {
  expect(readSubject(message("<subject>tea</subject>"))).toBe("tea");
  expect(readSubject(message("<subject/>"))).toBe("");
  expect(readSubject(message("<subject>tea</subject><body>x</body>"))).toBeNull();
  expect(readSubject(message("<body>x</body>"))).toBeNull();
});

it("belongs to the history until the subject arrives, and for at most 30 s after we joined", () => {
  expect(historyFrom({ since: 5, subject: null, joinedAt: null }, 1e9)).toBe(5);
  expect(historyFrom({ since: 5, subject: null, joinedAt: 1_000 }, 30_999)).toBe(5);
  expect(historyFrom({ since: 5, subject: null, joinedAt: 1_000 }, 31_000)).toBeNull();
  expect(historyFrom({ since: 5, subject: "", joinedAt: 1_000 }, 1_001)).toBeNull();
});
