import { describe, expect, it } from "vitest";
import type { FullJid } from "../../../shared/jid.ts";
import { stanza } from "../testing/feature.ts";
import { readPresence, readRefusal, departureProblem } from "./presence.ts";

const from = "tea@rooms.example.org/Bob" as FullJid;
const read = (inner: string, attrs = "", ids = true) =>
  readPresence(stanza(`<presence from='${from}' ${attrs}>${inner}</presence>`), from, ids);
const x = (inner: string) => `<x xmlns='http://jabber.org/protocol/muc#user'>${inner}</x>`;

describe("the presence of a room", () => {
  it("contains the occupant, their role and affiliation, and their status", () => {
    const { occupant } = read(
      `<show>away</show><status>tea</status><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>` +
        `<hats xmlns='urn:xmpp:hats:0'><hat title='Host' uri='u'/><hat uri='none'/></hats>` +
        x(`<item role='moderator' affiliation='owner' jid='bob@example.org/phone'/>`),
    );
    expect(occupant).toEqual({
      nickname: "Bob",
      occupantId: "o1",
      jid: "bob@example.org",
      role: "moderator",
      affiliation: "owner",
      show: "away",
      status: "tea",
      hats: ["Host"],
      self: false,
    });
  });
  it("contains no occupant id if the room does not announce them", () => {
    expect(read(`<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>`, "", false).occupant.occupantId).toBeNull();
  });
  it("names the clients of one occupant, whether the room lists one or all, and no clients of others", () => {
    const of = (...jids: string[]) =>
      read(x(jids.map((jid) => `<item role='participant' affiliation='member' jid='${jid}'/>`).join(""))).clients;
    expect(of("bob@example.org/phone", "bob@example.org/desk")).toEqual(["phone", "desk"]);
    expect(of("bob@example.org/phone", "eve@example.org/x", "bob@example.org", "@")).toEqual(["phone"]);
    expect(of(...Array.from({ length: 1000 }, (_, n) => `bob@example.org/${n}`))).toHaveLength(20);
    expect(read(x(`<item role='participant' affiliation='member'/>`)).clients).toEqual([]);
  });
  it("has the role none if the given role does not exist", () => {
    expect(read(x(`<item role='god' affiliation='king' jid='not a jid@@'/>`)).occupant).toMatchObject({
      role: "none",
      affiliation: "none",
      jid: null,
    });
  });
  it("distinguishes a change of nickname from leaving", () => {
    expect(read(x(`<item nick='Bobby'/><status code='303'/>`), "type='unavailable'")).toMatchObject({
      gone: true,
      newNickname: "Bobby",
    });
    expect(read(x(`<item nick='Bobby'/>`), "type='unavailable'").newNickname).toBeNull();
  });
  it.each([
    [[301], "banned"],
    [[307], "kicked"],
    [[307, 333], "lost"],
    [[321], "not-a-member-any-more"],
    [[322], "became-members-only"],
    [[332], "shutdown"],
    [[110], "lost"],
  ] as const)("with the codes %j means %s", (codes, problem) => {
    expect(
      departureProblem(read(x(codes.map((code) => `<status code='${code}'/>`).join("")), "type='unavailable'")),
    ).toBe(problem);
  });
  it("names the alternative of a destroyed room if it is a room", () => {
    const gone = read(x(`<destroy jid='new@rooms.example.org'><reason>moved</reason></destroy>`), "type='unavailable'");
    expect(departureProblem(gone)).toBe("destroyed");
    expect(gone.destroyed).toEqual({ alternate: "new@rooms.example.org", reason: "moved" });
    expect(read(x(`<destroy jid='example.org'/>`), "type='unavailable'").destroyed!.alternate).toBeNull();
  });
});

it.each([
  ["conflict", "nickname-taken"],
  ["not-authorized", "password"],
  ["registration-required", "members-only"],
  ["forbidden", "banned"],
  ["service-unavailable", "unavailable"],
  ["item-not-found", "locked"],
  ["not-acceptable", "nickname-refused"],
  ["jid-malformed", "nickname-refused"],
  ["not-allowed", "may-not-create"],
  ["remote-server-not-found", "no-server"],
  ["undefined-condition", "other"],
])("that refuses us with %s is %s", (condition, problem) => {
  const refused = readRefusal(
    stanza(
      `<presence type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
    ),
  );
  expect(refused).toEqual({ problem, text: "", alternate: null });
});

it("that refuses us because the room has moved names the new address", () => {
  const gone = (address: string) =>
    readRefusal(
      stanza(
        `<presence type='error'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${address}</gone></error></presence>`,
      ),
    );
  expect(gone("xmpp:new@rooms.example.org?join")).toMatchObject({
    problem: "gone",
    alternate: "new@rooms.example.org",
  });
  expect(gone("javascript:alert(1)")).toMatchObject({ problem: "gone", alternate: null });
});

it.each(["constructor", "toString", "hasOwnProperty", "__proto__"])(
  "takes an error condition <%s/>, named like a property of every object, for an unknown one",
  (condition) => {
    const refused = readRefusal(
      stanza(
        `<presence type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      ),
    );
    expect(refused.problem).toBe("other");
    expect(structuredClone(refused)).toEqual(refused);
  },
);

it("takes service-unavailable for a full room only if the error asks to wait", () => {
  const refused = (type: string) =>
    readRefusal(
      stanza(
        `<presence type='error'><error type='${type}'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      ),
    ).problem;
  expect([refused("wait"), refused("cancel")]).toEqual(["full", "unavailable"]);
});
