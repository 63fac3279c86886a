import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { readMessage, type Origin } from "../read.ts";
import { isTombstone, moderateElement, moderationIn, retractionElements, retractionIn } from "./retractions.ts";
import { account, stanza } from "../../testing/feature.ts";
import { readGroupchat, type RoomContext } from "../../muc/context.ts";

const rooms = { isRoom: () => false, occupant: () => ({ nickname: "", occupantId: null, jid: null }) };
const room = "tea@rooms.example.org" as BareJid;
const live: Origin = { account, via: "live", trustsStanzaIds: true, serverReceivedAt: null, rooms };
const archived = { archiveId: "a1", stamp: 1 };
const message = (inner: string, attrs = "type='chat' id='c1' from='bob@example.net/phone'") =>
  stanza(`<message ${attrs}>${inner}</message>`);
const retract = (inner = "", id = "m1") => `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'>${inner}</retract>`;
const moderated = (by: string) => `<moderated xmlns='urn:xmpp:message-moderate:1' by='${by}'/>`;
const fastened = (inner: string) =>
  `<apply-to xmlns='urn:xmpp:fasten:0' id='m1'><moderated xmlns='urn:xmpp:message-moderate:0' by='${room}/Mod'>${inner}</moderated></apply-to>`;
const old = "<retract xmlns='urn:xmpp:message-retract:0'/>";

describe("a retraction", () => {
  it("is read whatever fallback text it contains", () => {
    expect(readMessage(message(`${retract()}<body>I took it back</body>`), live)).toMatchObject({
      conversation: { jid: "bob@example.net" },
      author: { address: "bob@example.net" },
      payload: { kind: "retraction", target: "m1" },
    });
  });
  it("is read in its older form, too", () => {
    const older = (inner: string, id = "m1") => `<apply-to xmlns='urn:xmpp:fasten:0' id='${id}'>${inner}</apply-to>`;
    expect(readMessage(message(`${older(old)}<body>I took it back</body>`), live)).toMatchObject({
      payload: { kind: "retraction", target: "m1" },
    });
    expect(retractionIn(message(older(old, "")))).toBeNull();
    expect(retractionIn(message(older("<edit xmlns='urn:example'/>")))).toBeNull();
    // Moderation is the room's business.
    expect(retractionIn(message(fastened(old)))).toBeNull();
    expect(isTombstone(message("<retracted xmlns='urn:xmpp:message-retract:0' stamp='2026-01-01T00:00:00Z'/>"))).toBe(
      true,
    );
  });
  it("by a room's moderator is none outside a room", () => {
    expect(retractionIn(message(retract(moderated(`${room}/Mod`))))).toBeNull();
    expect(readMessage(message(retract("", ""), undefined), live)).toBeNull();
  });
  it("tells apps that do not support it what was asked, in a marked text", () => {
    expect(retractionElements("m1").join("")).toContain(
      '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:message-retract:1"/><body>This person asked',
    );
  });
});

describe("moderation", () => {
  const place: RoomContext = {
    room,
    nickname: "me",
    ownOccupantId: null,
    account,
    hasOccupantIds: true,
    hasStanzaIds: true,
    nonAnonymous: true,
    historyFrom: null,
    occupant: () => null,
  };
  const from = (nick: string) => `type='groupchat' from='${room}${nick}'`;
  it("is read in both versions, with moderator and reason", () => {
    const expected = { kind: "moderation", target: "m1", by: "Mod", reason: "spam" };
    expect(moderationIn(message(retract(`${moderated(`${room}/Mod`)}<reason> spam </reason>`)), room)).toEqual(
      expected,
    );
    expect(moderationIn(message(fastened(`${old}<reason>spam</reason>`)), room)).toEqual(expected);
  });
  it("names nobody outside the room, and its reason has a limited length", () => {
    expect(
      moderationIn(message(retract(`${moderated("king@example.org/x")}<reason>${"x".repeat(5000)}</reason>`)), room),
    ).toMatchObject({ by: null, reason: "x".repeat(1024) });
  });
  it("counts only from the room itself, not from an occupant who writes the same element", () => {
    for (const inner of [retract(moderated(`${room}/Mod`)), fastened(old)]) {
      expect(readGroupchat(message(inner, from("")), place, null)).toMatchObject({
        payload: { kind: "moderation", by: "Mod" },
      });
      expect(readGroupchat(message(inner, from("/Eve")), place, null)).toBeNull();
      expect(readGroupchat(message(inner, "type='groupchat' from='other@rooms.example.org'"), place, null)).toBeNull();
      expect(readGroupchat(message(inner, `type='chat' from='${room}'`), place, null)).toBeNull();
    }
    expect(readGroupchat(message(retract(), from("")), place, null)).toBeNull();
  });
  it("is requested in the version that the room announces", () => {
    expect(
      moderateElement("m1", "spam", new Set(["urn:xmpp:message-moderate:1", "urn:xmpp:message-moderate:0"])).toString(),
    ).toBe(
      '<moderate xmlns="urn:xmpp:message-moderate:1" id="m1"><retract xmlns="urn:xmpp:message-retract:1"/><reason>spam</reason></moderate>',
    );
    expect(moderateElement("m1", "", new Set(["urn:xmpp:message-moderate:0"])).toString()).toBe(
      '<apply-to xmlns="urn:xmpp:fasten:0" id="m1"><moderate xmlns="urn:xmpp:message-moderate:0"><retract xmlns="urn:xmpp:message-retract:0"/></moderate></apply-to>',
    );
  });
  it("leaves a tombstone that says only that there was a message, and only in an archive", () => {
    const tombstone = `<retracted xmlns='urn:xmpp:message-retract:1'>${moderated(`${room}/Mod`)}<reason>forged</reason></retracted>`;
    expect(isTombstone(message(tombstone))).toBe(true);
    expect(
      isTombstone(
        message(
          `<moderated xmlns='urn:xmpp:message-moderate:0'><retracted xmlns='urn:xmpp:message-retract:0'/></moderated>`,
        ),
      ),
    ).toBe(true);
    expect(isTombstone(message(`${tombstone}<body>x</body>`))).toBe(false);
    const inRoom = message(tombstone, from("/Eve"));
    expect(readGroupchat(inRoom, place, archived)).toMatchObject({
      author: { occupant: { nickname: "Eve" } },
      payload: { kind: "tombstone" },
    });
    expect(readGroupchat(inRoom, place, null)).toBeNull();
    expect(readMessage(message(tombstone), { ...live, via: archived })).toMatchObject({
      payload: { kind: "tombstone" },
    });
    expect(readMessage(message(tombstone), { ...live, via: "carbon" })).toBeNull();
  });
});

describe("the author of a message in a room without occupant ids", () => {
  const place: RoomContext = {
    room,
    nickname: "me",
    ownOccupantId: null,
    account,
    hasOccupantIds: false,
    hasStanzaIds: false,
    nonAnonymous: true,
    historyFrom: null,
    occupant: () => ({ jid: null, occupantId: null }),
    occupancy: () => "this one",
  };
  const said = (inner = "") => message(`<body>x</body>${inner}`, `type='groupchat' from='${room}/Bob'`);
  it("is identified by the current occupancy for a live message", () => {
    expect(readGroupchat(said(), place, null)!.author.occupancy).toBe("this one");
    expect(readGroupchat(said(), place, archived)!.author.occupancy).toBeNull();
    expect(
      readGroupchat(said(`<delay xmlns='urn:xmpp:delay' from='${room}' stamp='2020-01-01T00:00:00Z'/>`), place, null)!
        .author.occupancy,
    ).toBeNull();
  });
  it("of a message in the history is not the present occupant with that nickname", () => {
    const shown = { ...place, occupant: () => ({ jid: "bob@example.org" as BareJid, occupantId: null }) };
    expect(readGroupchat(said(), shown, null)!.author.occupant!.jid).toBe("bob@example.org");
    expect(
      readGroupchat(said(`<delay xmlns='urn:xmpp:delay' from='${room}' stamp='2020-01-01T00:00:00Z'/>`), shown, null)!
        .author.occupant!.jid,
    ).toBeNull();
  });
});
